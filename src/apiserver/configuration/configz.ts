/** `/configz`: how the server is, in the form of its file; files that it named stand in their place, without their secrets. */
import { methodNotAllowed } from "../../api/errors.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";
import { type ApiServerConfiguration, configurationKind, configurationVersion } from "./configuration.ts";

export class Configz implements PathHandler {
  readonly #configuration: ApiServerConfiguration;
  constructor(configuration: ApiServerConfiguration) {
    this.#configuration = configuration;
  }

  handle(request: HttpRequest, { path }: RequestInfo): HttpResponse | undefined {
    if (path.replace(/\/$/, "") !== "/configz") return undefined;
    if (request.method !== "GET") throw methodNotAllowed();
    const text = JSON.stringify({ apiserver: shownConfiguration(this.#configuration) });
    return {
      status: 200,
      headers: { "content-type": "application/json", "x-content-type-options": "nosniff" },
      body: [new TextEncoder().encode(text)],
    };
  }
}

export function shownConfiguration({ authentication, requests, shutdown, ...rest }: ApiServerConfiguration): object {
  const { tokens, ...login } = authentication;
  const lines = tokens.split("\n").filter((line) => line.trim()).length;
  return {
    ...{ apiVersion: configurationVersion, kind: configurationKind },
    authentication: { ...login, ...(lines && { tokens: `<${lines} redacted>` }) },
    ...rest,
    requests: {
      ...requests,
      timeout: goDuration(requests.timeout),
      minWatchTimeout: goDuration(requests.minWatchTimeout),
    },
    shutdown: { delay: goDuration(shutdown.delay), grace: goDuration(shutdown.grace) },
  };
}

/** Milliseconds as Go writes a duration: `1m30s`. */
export function goDuration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${ms}ms`;
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const seconds = (ms % 60_000) / 1000;
  return `${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${seconds}s`;
}
