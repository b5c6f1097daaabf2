/** Probes over the network of this machine; errors in the words of Go's net package. */
import http from "node:http";
import https from "node:https";
import net from "node:net";
import * as grpc from "@grpc/grpc-js";
import type { Clock } from "../../base/clock.ts";
import type { Dialer, HttpProbe } from "../host.ts";

const longestBody = 10 * 1024;
const mostRedirects = 10;

const goErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
  ECONNRESET: "read: connection reset by peer",
};

const target = (host: string, port: number): string => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);

function dialError(error: unknown, host: string, port: number): Error {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const text = goErrors[code];
  if (code === "ECONNRESET") return new Error(`read tcp ${target(host, port)}: ${text}`, { cause: error });
  if (text) return new Error(`dial tcp ${target(host, port)}: ${text}`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

const timedOut = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

function ask(probe: HttpProbe): Promise<{ status: number; body: string; location: string | undefined }> {
  const { scheme, host, port, path, timeoutMs } = probe;
  const headers: Record<string, string> = {};
  for (const { name, value } of probe.headers) headers[name] = value;
  return new Promise((resolve, reject) => {
    const options = { host, port, path, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) };
    const answered = (response: http.IncomingMessage): void => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        if (size < longestBody) parts.push(part);
        size += part.length;
        if (size >= longestBody) response.destroy();
      });
      const done = (): void => {
        const body = Buffer.concat(parts).subarray(0, longestBody).toString();
        resolve({ status: response.statusCode ?? 0, body, location: response.headers.location });
      };
      response.on("end", done);
      response.on("close", done);
      response.on("error", done);
    };
    const request =
      scheme === "https" ? https.get({ ...options, rejectUnauthorized: false }, answered) : http.get(options, answered);
    request.on("error", (error) => {
      reject(error.name === "AbortError" ? new Error(timedOut) : dialError(error, host, port));
    });
  });
}

export const linuxDialer = (clock: Clock): Dialer => ({
  async http(probe) {
    let at = probe;
    for (let hop = 0; ; hop++) {
      const { status, body, location } = await ask(at);
      if (![301, 302, 303, 307, 308].includes(status) || !location) return { status, body };
      const next = new URL(location, `${at.scheme}://${target(at.host, at.port)}${at.path}`);
      // another host is not the container's business: that it answered is enough
      if (next.hostname !== at.host || hop === mostRedirects) return { status, body };
      const scheme = next.protocol === "https:" ? "https" : "http";
      const port = Number(next.port) || (scheme === "https" ? 443 : 80);
      at = { ...at, scheme, port, path: next.pathname + next.search };
    }
  },

  tcp(host, port, timeoutMs) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port, timeout: timeoutMs });
      socket.once("timeout", () => {
        socket.destroy();
        reject(new Error(`dial tcp ${target(host, port)}: i/o timeout`));
      });
      socket.once("connect", () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", (error) => reject(dialError(error, host, port)));
    });
  },

  grpc(host, port, service, timeoutMs) {
    const client = new grpc.Client(target(host, port), grpc.credentials.createInsecure());
    return new Promise<string>((resolve, reject) => {
      client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        (name: string) => healthRequest(name),
        (bytes: Buffer) => healthStatus(bytes),
        service,
        { deadline: new Date(clock.now() + timeoutMs) },
        (error, status) => {
          if (!error) resolve(status ?? "UNKNOWN");
          else if (error.code === grpc.status.UNIMPLEMENTED)
            reject(new Error("error: this server does not implement the grpc health protocol (grpc.health.v1.Health)"));
          else if (error.code === grpc.status.DEADLINE_EXCEEDED)
            reject(new Error(`timeout: failed to connect service "${target(host, port)}" within ${timeoutMs / 1000}s`));
          else reject(new Error(`error: health rpc probe failed: ${error.details}`));
        },
      );
    }).finally(() => client.close());
  },
});

/** `HealthCheckRequest`: field 1, the service's name. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  if (name.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from([0x0a, name.length]), name]);
}

/** `HealthCheckResponse`: field 1, the serving status. */
function healthStatus(bytes: Buffer): string {
  const status = bytes[0] === 0x08 ? (bytes[1] ?? 0) : 0;
  return ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"][status] ?? "UNKNOWN";
}
