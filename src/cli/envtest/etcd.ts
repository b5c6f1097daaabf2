/**
 * In place of etcd: says that it is well, and keeps nothing. The API server holds what is written in its own memory, and
 * asks this program for nothing.
 */
import { createServer } from "node:http";
import { readFlags } from "./read-flags.ts";

/** Resolves once it answers at the first of `--listen-client-urls`. */
export async function startEtcd(args: readonly string[]): Promise<{ stop(): Promise<void> }> {
  const [urls = "http://127.0.0.1:2379"] = readFlags(args).get("listen-client-urls") ?? [];
  const { hostname, port } = new URL(urls.split(",")[0] ?? urls);
  const server = createServer(({ url = "" }, response) => {
    const isHealth = /^\/health(\?|$)/.test(url);
    response.writeHead(isHealth ? 200 : 404, { "content-type": "application/json" });
    response.end(
      isHealth ? '{"health":"true","reason":""}' : '{"error":"there is no etcd here: Coxswain is in its place"}',
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(port), hostname.replace(/^\[(.*)\]$/, "$1"), resolve);
  });
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
