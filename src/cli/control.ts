/** How commands speak to a running cluster: HTTP over a socket that only its owner can open. */

import { chmodSync, rmSync } from "node:fs";
import http from "node:http";
import type { ClusterDirectory } from "../cluster/files/cluster-directory.ts";

export type ControlHandler = (action: string, body: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface ControlServer {
  close(): Promise<void>;
}

export async function serveControl(directory: ClusterDirectory, handle: ControlHandler): Promise<ControlServer> {
  rmSync(directory.socket, { force: true });
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const answer = (status: number, value: unknown): void => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(value ?? {}));
      };
      void Promise.resolve()
        .then(() => JSON.parse(Buffer.concat(parts).toString() || "{}") as Record<string, unknown>)
        .then((body) => handle((request.url ?? "/").slice(1), body))
        .then(
          (value) => answer(200, value),
          (error: unknown) => answer(500, { error: error instanceof Error ? error.message : String(error) }),
        );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(directory.socket, resolve);
  });
  chmodSync(directory.socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Undefined: nobody listens, the cluster does not run. */
export function askControl(
  directory: ClusterDirectory,
  action: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<unknown | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: directory.socket, path: `/${action}`, method: "POST" }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const value = JSON.parse(Buffer.concat(parts).toString() || "{}") as { error?: string };
        if (response.statusCode === 200) resolve(value);
        else reject(new Error(value.error ?? `the cluster answered ${response.statusCode}`));
      });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      if (["ENOENT", "ECONNREFUSED", "ECONNRESET"].includes(error.code ?? "")) resolve(undefined);
      else reject(error);
    });
    request.end(JSON.stringify(body));
  });
}
