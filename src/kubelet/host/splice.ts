/** Passes a connection on to the runtime's own streaming server, which speaks the protocols of the API. */
import net from "node:net";
import type { Duplex } from "node:stream";

export interface SpliceRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What the runtime is not told: who asked, and how the client reached us. */
const ours = new Set(["authorization", "host", "cookie", "content-length"]);

/** Connects the client's socket to `url`: from the answer's status line on the runtime's bytes are the client's. */
export function splice({ url, method, headers }: SpliceRequest, client: Duplex, head: Uint8Array): void {
  const { hostname, port, pathname, search } = new URL(url);
  const upstream = net.connect({ host: hostname, port: Number(port) || 80 });
  const close = (): void => {
    upstream.destroy();
    client.destroy();
  };
  upstream.once("connect", () => {
    const lines = [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${hostname}:${port}`];
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined && !ours.has(name)) lines.push(`${name}: ${value}`);
    }
    upstream.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (head.length) upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  upstream.setNoDelay(true);
  upstream.once("error", () => {
    if (!client.writableEnded) client.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n");
    close();
  });
  upstream.once("close", () => client.end());
  client.once("error", close);
  client.once("close", () => upstream.destroy());
}
