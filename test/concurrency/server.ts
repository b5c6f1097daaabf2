/** An API server over a durable store in a process of its own, that can be killed and asked over connections. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import path from "node:path";
import type { Access } from "../../src/cluster/files/kubeconfig.ts";

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export class Server {
  readonly #child: ChildProcess;
  readonly #agent: https.Agent;
  readonly #port: number;

  private constructor(child: ChildProcess, { server, authority, admin }: Access) {
    this.#child = child;
    this.#port = Number(new URL(server).port);
    const credentials = { ca: authority, cert: admin.certificate, key: admin.key };
    this.#agent = new https.Agent({ ...credentials, keepAlive: true });
  }

  static async start(directory: string): Promise<Server> {
    const program = path.join(import.meta.dirname, "server-process.ts");
    const child = fork(program, [directory], { execArgv: ["--import", "tsx"] });
    const [access] = (await once(child, "message")) as [Access];
    return new Server(child, access);
  }

  /** SIGKILL: requests and watches under way break off. */
  async kill(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    this.#agent.destroy();
  }

  /** Forgets what was before `revision`. */
  async compact(revision: number): Promise<void> {
    const done = once(this.#child, "message");
    this.#child.send(revision);
    await done;
  }

  /** Rejects if the connection breaks: whether the request was carried out is not known. */
  async ask(method: string, target: string, body?: object, type = "application/json"): Promise<Answer> {
    const response = await this.#send(method, target, body, type);
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) as Answer["body"] };
  }

  /** The lines of a stream, until it ends. Rejects when it breaks. */
  async *lines(target: string, signal?: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    const response = await this.#send("GET", target, undefined, "application/json", signal);
    let rest = "";
    for await (const part of response.setEncoding("utf8")) {
      const lines = (rest + part).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as Record<string, unknown>;
    }
  }

  #send(method: string, path: string, body: object | undefined, type: string, signal?: AbortSignal) {
    const text = body && JSON.stringify(body);
    const headers = { ...(text && { "content-type": type, "content-length": Buffer.byteLength(text) }) };
    const options = { agent: this.#agent, host: "127.0.0.1", port: this.#port, method, path, headers };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = https.request({ ...options, ...(signal && { signal }) }, resolve);
      request.on("error", reject);
      request.end(text);
    });
  }
}
