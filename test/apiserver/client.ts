/** Asks an API server in this process in bytes, as an administrator. */
import type { HttpResponse, Sink } from "../../src/apiserver/exchange.ts";
import type { ControlPlane } from "../../src/cluster/control-plane.ts";

export interface Question {
  readonly method: string;
  /** A path with its query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array;
  /** Ends an answer that goes on. */
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: HttpResponse["headers"];
  readonly bytes: Uint8Array;
}

export type Client = (question: Question) => Promise<Reply>;

export const clientOf =
  ({ server }: ControlPlane): Client =>
  async ({ method, target, headers = {}, body = new Uint8Array(), signal = new AbortController().signal }) => {
    const at = target.indexOf("?");
    const response = await server.handle({
      method,
      path: at < 0 ? target : target.slice(0, at),
      query: new URLSearchParams(at < 0 ? "" : target.slice(at + 1)),
      headers: { "user-agent": "tester/1", ...headers },
      body: async () => body,
      certificateUser: { name: "admin", groups: ["system:masters"] },
      signal,
    });
    return { status: response.status, headers: response.headers, bytes: await bytesOf(response, signal) };
  };

async function bytesOf({ body }: HttpResponse, signal: AbortSignal): Promise<Uint8Array> {
  if (typeof body !== "function") return Buffer.concat(body);
  const parts: Uint8Array[] = [];
  const write = (bytes: Uint8Array): boolean => parts.push(bytes) > 0;
  const sink: Sink = { write, buffered: 0, drained: async () => {}, end: () => {}, abort: () => {} };
  await body(sink, signal);
  return Buffer.concat(parts);
}
