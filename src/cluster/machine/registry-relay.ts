/**
 * Image registries for nodes, which cannot reach anything beyond their bridge: a small server on the bridge passes pulls on,
 * to the registry itself or to the one that is named in its stead. It follows redirects and fetches tokens for them, so
 * that a node speaks to nobody else.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

export interface RegistryRelay {
  /** The URL at which nodes find a registry (`docker.io`); `_default` is for all that have none of their own. */
  urlFor(registry: string): string;
  close(): Promise<void>;
}

const wellKnown: Readonly<Record<string, string>> = { "docker.io": "https://registry-1.docker.io" };

/** Registries on this machine itself speak HTTP, as containerd takes it (docs/hosts.md: "localhost"). */
const schemeOf = (registry: string): string =>
  /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(registry) ? "http" : "https";

/** What belongs to one connection, and not to the message. */
const hopByHop = new Set([
  "connection",
  "host",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
]);

/** `mirrors`: registries that are served by others, by URL. */
export async function startRegistryRelay(
  address: string,
  mirrors: Readonly<Record<string, string>>,
): Promise<RegistryRelay> {
  const server = http.createServer((request, response) => {
    relay(request, response, mirrors, base()).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { "content-type": "text/plain" });
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
      response.end(
        `the registry cannot be reached: ${error instanceof Error ? error.message : String(error)}${cause}\n`,
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, resolve);
  });
  const base = (): string => `http://${address}:${(server.address() as AddressInfo).port}`;
  return {
    urlFor: (registry) => `${base()}/${registry}/v2`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function relay(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  mirrors: Readonly<Record<string, string>>,
  base: string,
): Promise<void> {
  const url = new URL(request.url ?? "/", base);
  const token = url.pathname === "/token" ? url.searchParams.get("realm") : null;
  if (token) url.searchParams.delete("realm");
  const [, named = "", ...rest] = url.pathname.split("/");
  const registry = named === "_default" ? (url.searchParams.get("ns") ?? "") : named;
  const root = mirrors[registry] ?? wellKnown[registry] ?? `${schemeOf(registry)}://${registry}`;
  url.searchParams.delete("ns");
  const target = token ? `${token}${url.search}` : `${root.replace(/\/$/, "")}/${rest.join("/")}${url.search}`;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !hopByHop.has(name)) headers.set(name, String(value));
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const answer = await fetch(target, {
    method: request.method ?? "GET",
    headers,
    redirect: "follow",
    signal: gone.signal,
  });
  const given: Record<string, string> = {};
  answer.headers.forEach((value, name) => {
    if (!hopByHop.has(name)) given[name] = name === "www-authenticate" ? ownRealm(value, base) : value;
  });
  const length = answer.headers.get("content-length");
  if (length && !answer.headers.get("content-encoding")) given["content-length"] = length;
  response.writeHead(answer.status, given);
  if (!answer.body || request.method === "HEAD") response.end();
  else
    Readable.fromWeb(answer.body as ReadableStream)
      .on("error", () => response.destroy())
      .pipe(response);
}

/** Tokens are fetched through us, too. */
const ownRealm = (challenge: string, base: string): string =>
  challenge.replace(
    /realm="([^"]*)"/,
    (_whole, realm: string) => `realm="${base}/token?realm=${encodeURIComponent(realm)}"`,
  );
