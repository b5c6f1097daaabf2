/** Requests to an API server over HTTPS (or plain HTTP): connections are kept, bodies come as bytes or as a stream. */
import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ApiError } from "../../api/errors.ts";
import type { ServerAccess } from "./kubeconfig.ts";

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the server's root, without the query. */
  readonly path: string;
  readonly query?: URLSearchParams | Readonly<Record<string, string | undefined>> | undefined;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readable;
}

/** The server cannot be reached; `why` is what Go would say. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly refused: boolean;
  readonly host: string;
  readonly why: string;

  constructor(method: string, url: URL, cause: NodeJS.ErrnoException) {
    const why = reason(cause);
    super(`${method[0]}${method.slice(1).toLowerCase()} ${JSON.stringify(url.href)}: ${why}`, { cause });
    this.refused = cause.code === "ECONNREFUSED";
    this.host = url.host;
    this.why = why;
  }
}

/** What Go says of a connection that failed. */
export function reason(cause: NodeJS.ErrnoException & { readonly address?: string; readonly port?: number }): string {
  const place = cause.address ? `dial tcp ${cause.address}:${cause.port}: ` : "";
  if (cause.code === "ECONNREFUSED") return `${place}connect: connection refused`;
  if (cause.code === "ENOTFOUND") return `dial tcp: lookup ${(cause as { hostname?: string }).hostname}: no such host`;
  if (/self.signed|unable to (verify|get)|issuer/i.test(cause.message))
    return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
  if (cause.code === "ERR_TLS_CERT_ALTNAME_INVALID") return `tls: failed to verify certificate: x509: ${cause.message}`;
  return cause.message;
}

const timedOut = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

export class Transport {
  readonly access: ServerAccess;
  readonly #agent: http.Agent;
  readonly #timeoutMs: number;

  constructor(access: ServerAccess, timeoutMs = 0) {
    this.access = access;
    this.#timeoutMs = timeoutMs;
    const options = { keepAlive: true, maxSockets: 16, ...this.tls };
    this.#agent = access.server.startsWith("https:") ? new https.Agent(options) : new http.Agent({ keepAlive: true });
  }

  get tls(): https.AgentOptions {
    const { authority, certificate, key, insecure, tlsServerName } = this.access;
    return {
      ...(authority !== undefined && { ca: authority }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
      ...(insecure && { rejectUnauthorized: false }),
      ...(tlsServerName && { servername: tlsServerName }),
    };
  }

  /** Who asks, in headers. */
  get identity(): Record<string, string | string[]> {
    const { token, basic, as, asUid, asGroups } = this.access;
    return {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(basic && {
        authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString("base64")}`,
      }),
      ...(as && { "impersonate-user": as }),
      ...(asUid && { "impersonate-uid": asUid }),
      ...(asGroups.length && { "impersonate-group": [...asGroups] }),
    };
  }

  url(path: string, query?: HttpRequest["query"]): URL {
    const url = new URL(this.access.server + path);
    const pairs = query instanceof URLSearchParams ? [...query] : Object.entries(query ?? {});
    for (const [name, value] of pairs) if (value !== undefined) url.searchParams.append(name, value);
    return url;
  }

  /** The answer, whatever its status, once its head is there. Rejects with Unreachable. */
  send({
    method = "GET",
    path,
    query,
    accept = "application/json",
    contentType,
    body,
    signal,
  }: HttpRequest): Promise<HttpAnswer> {
    const url = this.url(path, query);
    const headers = {
      accept,
      "accept-encoding": "gzip",
      "user-agent": "cox/v1.36.2",
      ...(body !== undefined && {
        "content-type": contentType ?? "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
      ...this.identity,
    };
    const library = url.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
      const timeout = this.#timeoutMs || undefined;
      const request = library.request(url, { method, headers, agent: this.#agent, signal, timeout });
      request.on("timeout", () => request.destroy(new Error(timedOut)));
      request.on("error", (error) => reject(signal?.aborted ? error : new Unreachable(method, url, error)));
      request.on("response", (message) => {
        const zipped = message.headers["content-encoding"] === "gzip";
        const stream = zipped ? message.pipe(createGunzip()) : message;
        if (zipped) message.on("error", (error) => stream.destroy(error));
        resolve({ status: message.statusCode ?? 0, headers: message.headers, body: stream });
      });
      request.end(body);
    });
  }

  /** The body of a successful answer as text. Rejects with ApiError or Unreachable. */
  async text(request: HttpRequest): Promise<{ readonly text: string; readonly headers: http.IncomingHttpHeaders }> {
    const answer = await this.send(request);
    const text = await readAll(answer.body);
    if (answer.status >= 400) throw apiError(text, answer.status);
    return { text, headers: answer.headers };
  }

  close(): void {
    this.#agent.destroy();
  }
}

export async function readAll(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** The error in the body of a failed answer; of a body that is no Status, what the code alone says, in client-go's words. */
export function apiError(text: string, status: number): ApiError {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if ((answer as { kind?: string } | undefined)?.kind === "Status") return ApiError.from(answer, status);
  switch (status) {
    case 401:
      return new ApiError("Unauthorized", "the server has asked for the client to provide credentials");
    case 403:
      return new ApiError("Forbidden", text.trim() || "forbidden");
    case 404:
      return new ApiError("NotFound", "the server could not find the requested resource");
    case 405:
      return new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource");
    case 429:
      return new ApiError(
        "TooManyRequests",
        "the server has received too many requests and has asked us to try again later",
      );
    case 503:
      return new ApiError("ServiceUnavailable", "the server is currently unable to handle the request");
    case 504:
      return new ApiError(
        "Timeout",
        "the server was unable to return a response in the time allotted, but may still be processing the request",
      );
    default: {
      const said = JSON.stringify(text.trim() || "unknown");
      return new ApiError(
        status >= 500 ? "InternalError" : "",
        `an error on the server (${said}) has prevented the request from succeeding`,
        undefined,
        status,
      );
    }
  }
}
