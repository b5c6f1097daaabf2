/**
 * A registry with the test images, as a mirror of docker.io. Debian's docker-registry holds them, behind a socket file;
 * in front of it stands a small server of ours that answers for repositories that are not there as docker.io does, with
 * a token that does not reach far enough, since docker-registry alone would say `not found`.
 *
 * It listens on loopback. A node's namespace cannot reach that, so `listenOn` adds an address that it can: the one that
 * the host has on the cluster's bridge.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { realClock, sleep } from "../../src/base/clock.ts";
import { buildTestImages } from "./build.ts";

export interface TestRegistry {
  /** On loopback, such as `http://127.0.0.1:40321`. */
  readonly url: string;
  /** The same registry at another address of this machine; resolves to its URL. */
  listenOn(address: string): Promise<string>;
  /** The requests so far, such as `GET /v2/library/busybox/manifests/1.36`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

export async function startTestRegistry(): Promise<TestRegistry> {
  const storage = await buildTestImages();
  const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-registry-"));
  const socket = path.join(folder, "socket");
  const program = await startProgram(folder, socket, storage);
  const requests: string[] = [];
  const servers: http.Server[] = [];
  const listenOn = async (address: string): Promise<string> => {
    const server = http.createServer((request, response) => {
      requests.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
      answer(request, response, storage, socket);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, address, resolve));
    servers.push(server);
    return `http://${address}:${(server.address() as AddressInfo).port}`;
  };
  const stop = async (): Promise<void> => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await end(program);
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: await listenOn("127.0.0.1"), listenOn, requests, stop };
}

async function startProgram(folder: string, socket: string, storage: string): Promise<ChildProcess> {
  const config = path.join(folder, "config.yml");
  const lines = [
    "version: 0.1",
    "log: { level: error, accesslog: { disabled: true } }",
    `storage: { filesystem: { rootdirectory: ${JSON.stringify(storage)} }, maintenance: { uploadpurging: { enabled: false } } }`,
    `http: { net: unix, addr: ${JSON.stringify(socket)}, secret: none }`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const child = spawn("docker-registry", ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += String(chunk);
  });
  let failed: Error | undefined;
  child.once("error", (error) => {
    failed = error;
  });
  for (let tries = 0; !existsSync(socket); tries++) {
    if (failed) throw new Error(`docker-registry cannot be run (apt-get install docker-registry): ${failed.message}`);
    if (child.exitCode !== null || tries === 1000) throw new Error(`docker-registry does not start: ${said}`);
    await sleep(realClock, 10);
  }
  return child;
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function answer(request: http.IncomingMessage, response: http.ServerResponse, storage: string, socket: string) {
  const url = request.url ?? "/";
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(url)?.[1];
  if (url.startsWith("/token")) return send(response, 200, { token: "anonymous" });
  const known =
    repository === undefined || existsSync(path.join(storage, "docker/registry/v2/repositories", repository));
  if (known) return pass(request, response, socket);
  // What docker.io says of a repository that is private or not there: first get a token, then that it is not enough.
  const challenge = [
    `realm="http://${request.headers.host}/token"`,
    'service="registry.docker.io"',
    `scope="repository:${repository}:pull"`,
    ...(request.headers.authorization ? ['error="insufficient_scope"'] : []),
  ].join(",");
  response.setHeader("WWW-Authenticate", `Bearer ${challenge}`);
  send(response, 401, { errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] });
}

function send(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function pass(request: http.IncomingMessage, response: http.ServerResponse, socket: string): void {
  const { method, url, headers } = request;
  const onward = http.request({ socketPath: socket, method, path: url, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  onward.on("error", () => (response.headersSent ? response.destroy() : send(response, 502, {})));
  request.pipe(onward);
}
