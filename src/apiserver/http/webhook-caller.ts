/**
 * Asks webhooks over HTTPS: connections are kept, certificates are checked against the bundle of the configuration, and an
 * answer that is too large or too late is none.
 */

import type { IncomingMessage } from "node:http";
import https from "node:https";
import { posix } from "node:path";
import { base64ToUtf8 } from "../../base/base64.ts";
import { reason } from "../../client/http/transport.ts";
import { trusting } from "../../client/http/trust.ts";
import { addressOf, CallError, type CallOptions, type WebhookCaller, type WebhookClient } from "../webhooks/caller.ts";
import type { ServiceResolver } from "../webhooks/service-address.ts";

/** Bytes; objects are never that large. */
const largest = 16 << 20;
const mostAgents = 200;

export class HttpsWebhookCaller implements WebhookCaller {
  readonly #resolve: ServiceResolver;
  readonly #agents = new Map<string, https.Agent>();

  constructor(resolve: ServiceResolver) {
    this.#resolve = resolve;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async call(client: WebhookClient, body: object, options: CallOptions): Promise<unknown> {
    const seconds = Math.ceil(options.timeoutMs / 1000);
    const address = addressOf(client);
    const url = new URL(address);
    url.pathname = cleaned(url.pathname);
    url.searchParams.set("timeout", `${seconds}s`);
    // the port is told also where it is the usual one
    const origin = client.service ? (/^https:\/\/[^/]*/.exec(address)?.[0] ?? "") : url.origin;
    const fail = (why: string): never => {
      throw new CallError(`Post ${JSON.stringify(`${origin}${url.pathname}${url.search}`)}: ${why}`);
    };
    const { service } = client;
    const place = service
      ? await this.#resolve(service.namespace, service.name, service.port ?? 443).catch((error: unknown) =>
          fail(error instanceof Error ? error.message : String(error)),
        )
      : undefined;
    const agent = this.#agentFor(client.caBundle ?? "", url.hostname);
    const target = place
      ? { host: place.host, port: place.port }
      : { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port || 443 };
    try {
      return await post(
        { ...target, agent, path: `${url.pathname}${url.search}`, hostHeader: url.host },
        body,
        options,
      );
    } catch (error) {
      if (error instanceof CallError) throw error;
      return fail(reason(error as NodeJS.ErrnoException));
    }
  }

  #agentFor(caBundle: string, servername: string): https.Agent {
    const key = `${servername} ${caBundle}`;
    let agent = this.#agents.get(key);
    if (!agent) {
      if (this.#agents.size >= mostAgents) this.close();
      const name = servername.replace(/^\[|\]$/g, "");
      // an address is no name to ask for
      const isAddress = /^[\d.]+$|:/.test(name);
      agent = new https.Agent({
        ...{ keepAlive: true, maxSockets: 64 },
        ...(caBundle && trusting(base64ToUtf8(caBundle))),
        ...(!isAddress && { servername: name }),
      });
      this.#agents.set(key, agent);
    }
    return agent;
  }
}

/** Go's client asks for paths without empty parts, and without a slash at their end. */
const cleaned = (path: string): string => posix.normalize(path).replace(/(.)\/$/, "$1");

interface Posted {
  readonly host: string;
  readonly port: number | string;
  readonly path: string;
  readonly hostHeader: string;
  readonly agent: https.Agent;
}

function post({ hostHeader, ...target }: Posted, body: object, { timeoutMs, signal }: CallOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(timeoutMs);
    const bytes = Buffer.from(JSON.stringify(body));
    const asked = https.request({
      ...target,
      method: "POST",
      signal: signal ? AbortSignal.any([late, signal]) : late,
      headers: {
        ...{ host: hostHeader, "content-type": "application/json", accept: "application/json, */*" },
        ...{ "content-length": bytes.length, "user-agent": "kube-apiserver-admission" },
      },
    });
    asked.once("error", (error) => reject(late.aborted ? new Error(deadline) : error));
    asked.once("response", (answer) => read(answer, (error) => asked.destroy(error)).then(resolve, reject));
    asked.end(bytes);
  });
}

const deadline = "context deadline exceeded";

async function read(answer: IncomingMessage, cut: (error: Error) => void): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) cut(new Error(`the answer is larger than ${largest} bytes`));
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 206) throw new CallError(refusedText(status, text));
  try {
    return JSON.parse(text);
  } catch {
    throw new CallError(`couldn't get version/kind; json parse error: ${text.slice(0, 100)}`);
  }
}

/** What Go's client makes of an answer that is no success. */
function refusedText(status: number, text: string): string {
  const said: Readonly<Record<number, string>> = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    403: "forbidden",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    500: `an error on the server (${JSON.stringify(text.trim().slice(0, 500) || "unknown")}) has prevented the request from succeeding`,
    503: "the server is currently unable to handle the request",
  };
  return said[status] ?? `the server responded with the status code ${status} but did not return more information`;
}
