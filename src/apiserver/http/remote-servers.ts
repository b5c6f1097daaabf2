/** The HTTPS edge towards other servers of the API: connections are kept, certificates checked, streams passed on. */

import type { IncomingMessage } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { base64ToUtf8 } from "../../base/base64.ts";
import { reason } from "../../client/http/transport.ts";
import { trusting } from "../../client/http/trust.ts";
import type { RemoteApiService } from "../aggregation/api-services.ts";
import { type RemoteRequest, type RemoteServers, Unreachable } from "../aggregation/remote-server.ts";
import type { HttpResponse, Sink } from "../exchange.ts";
import type { Takeover } from "../streams/node-connection.ts";
import type { ServiceResolver } from "../webhooks/service-address.ts";

export interface ClientCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

const mostAgents = 100;

export class HttpsRemoteServers implements RemoteServers {
  readonly #resolve: ServiceResolver;
  readonly #certificate: ClientCertificate | undefined;
  readonly #agents = new Map<string, https.Agent>();

  /** `certificate`: with which we may speak for others. */
  constructor(resolve: ServiceResolver, certificate: ClientCertificate | undefined) {
    this.#resolve = resolve;
    this.#certificate = certificate;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async ask(of: RemoteApiService, request: RemoteRequest): Promise<HttpResponse> {
    const place = await this.#place(of);
    const { method, path, headers, body, signal } = request;
    return new Promise((resolve, reject) => {
      const asked = https.request({
        ...{ ...place, method, path, signal, agent: this.#agent(of) },
        headers: {
          host: hostOf(of),
          ...headers,
          ...(hasBody(request) && { "content-length": body.length }),
        } as unknown as Record<string, string | string[]>,
      });
      asked.once("error", (error) => reject(new Error(reason(error as NodeJS.ErrnoException))));
      asked.once("response", (answer) => resolve(asResponse(answer)));
      asked.end(body);
    });
  }

  async upgrade(of: RemoteApiService, { method, path, headers }: RemoteRequest): Promise<Takeover> {
    const place = await this.#place(of);
    const socket = await new Promise<tls.TLSSocket>((resolve, reject) => {
      const made = tls.connect({ ...place, ...this.#security(of), ALPNProtocols: ["http/1.1"] }, () => resolve(made));
      made.once("error", (error) => reject(new Error(reason(error as NodeJS.ErrnoException))));
    });
    return (client, head) => {
      const lines = [`${method} ${path} HTTP/1.1`, `Host: ${hostOf(of)}`];
      for (const [name, value] of Object.entries(headers))
        for (const one of [value].flat()) lines.push(`${name}: ${one}`);
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      if (head.length) socket.write(head);
      join(socket, client as Duplex);
    };
  }

  async #place(of: RemoteApiService): Promise<{ readonly host: string; readonly port: number }> {
    const { namespace = "", name = "", port = 443 } = of.spec.service;
    return this.#resolve(namespace, name, port).catch((error: unknown) => {
      throw new Unreachable(error instanceof Error ? error.message : String(error), { cause: error });
    });
  }

  #security({ spec }: RemoteApiService): tls.ConnectionOptions {
    const { certificate, key } = this.#certificate ?? {};
    return {
      servername: `${spec.service.name}.${spec.service.namespace}.svc`,
      ...(certificate && key && { cert: certificate, key }),
      ...(spec.caBundle && trusting(base64ToUtf8(spec.caBundle))),
      ...(spec.insecureSkipTLSVerify && { rejectUnauthorized: false }),
    };
  }

  #agent(of: RemoteApiService): https.Agent {
    const { service, caBundle = "", insecureSkipTLSVerify = false } = of.spec;
    const id = `${service.namespace}/${service.name} ${insecureSkipTLSVerify} ${caBundle}`;
    let agent = this.#agents.get(id);
    if (!agent) {
      if (this.#agents.size >= mostAgents) this.close();
      agent = new https.Agent({ keepAlive: true, ...this.#security(of) });
      this.#agents.set(id, agent);
    }
    return agent;
  }
}

const hostOf = ({ spec }: RemoteApiService): string =>
  `${spec.service.name}.${spec.service.namespace}.svc:${spec.service.port ?? 443}`;

const hasBody = ({ method, body }: RemoteRequest): boolean =>
  body.length > 0 || !["GET", "HEAD", "DELETE"].includes(method);

/** Each byte of the one is the other's, until either ends. */
function join(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  for (const [a, b] of [
    [one, other],
    [other, one],
  ] as const) {
    a.once("error", () => b.destroy());
    a.once("close", () => b.destroy());
  }
}

function asResponse(answer: IncomingMessage): HttpResponse {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers[name] = value;
  const body = async (sink: Sink, signal: AbortSignal): Promise<void> => {
    const cut = (): void => void answer.destroy();
    signal.addEventListener("abort", cut, { once: true });
    try {
      for await (const bytes of answer) if (!sink.write(bytes)) await sink.drained();
    } catch {
      if (!signal.aborted) sink.abort();
    } finally {
      signal.removeEventListener("abort", cut);
    }
  };
  return { status: answer.statusCode ?? 502, headers, body };
}
