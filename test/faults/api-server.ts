/** The API server alone in a process of its own, and what a client of it needs. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";
import type { Access } from "../../src/cluster/files/kubeconfig.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #access: Access;
  readonly #agent: https.Agent;
  readonly port: number;

  private constructor(child: ChildProcess, access: Access) {
    this.#child = child;
    this.#access = access;
    this.port = Number(new URL(access.server).port);
    this.#agent = new https.Agent({ ...this.#credentials, keepAlive: true, maxSockets: 4 });
  }

  /** `directory`: where it keeps what it is; left out, in memory. */
  static async start(directory?: string): Promise<ServerProcess> {
    const program = path.join(import.meta.dirname, "api-server-process.ts");
    const child = fork(program, directory ? [directory] : [], { execArgv: ["--expose-gc", "--import", "tsx"] });
    const [access] = (await once(child, "message")) as [Access];
    return new ServerProcess(child, access);
  }

  get #credentials(): tls.ConnectionOptions {
    const { authority, admin } = this.#access;
    return { ca: authority, cert: admin.certificate, key: admin.key };
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** A request as an administrator, over connections that are kept. */
  ask(method: string, target: string, body?: object | string): Promise<Answer> {
    const text = typeof body === "string" ? body : body && JSON.stringify(body);
    const headers = { "content-type": "application/json", ...(text && { "content-length": Buffer.byteLength(text) }) };
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, host: "127.0.0.1", port: this.port, method, path: target, headers };
      const request = https.request(options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
        response.on("error", reject);
      });
      request.on("error", reject);
      request.end(text);
    });
  }

  /** An encrypted connection, as an administrator. */
  async connect(protocol = "http/1.1"): Promise<tls.TLSSocket> {
    const options = { ...this.#credentials, host: "127.0.0.1", port: this.port };
    const socket = tls.connect({ ...options, ALPNProtocols: [protocol] });
    socket.on("error", () => {}); // to be cut off is what many tests are about
    await once(socket, "secureConnect");
    return socket;
  }

  /** A connection that speaks HTTP/2, as an administrator. */
  async session(): Promise<http2.ClientHttp2Session> {
    const session = http2.connect(`https://localhost:${this.port}`, this.#credentials);
    session.on("error", () => {});
    await once(session, "remoteSettings");
    return session;
  }

  /** A plain one. */
  async dial(): Promise<net.Socket> {
    const socket = net.connect(this.port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  }

  /** Open files and connections of the process. */
  get openFiles(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  /** Bytes that are in use after garbage has been collected. */
  async memory(): Promise<number> {
    const answer = once(this.#child, "message") as Promise<[number]>;
    this.#child.send("memory");
    return (await answer)[0];
  }
}
