/** Asks what runs in a pod, over HTTP/1.1: for the API server's paths that lead on to pods. */
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import type { HttpResponse, Sink } from "../../apiserver/exchange.ts";
import type { PodRequest, Takeover } from "../../apiserver/streams/node-connection.ts";
import type { Connection } from "../../kubelet/runtimes/contract.ts";

/** `way`: a byte stream to the port; without one the pod's own address is connected to. */
export function askPod(asked: PodRequest, way?: Connection): Promise<HttpResponse> {
  const { address, port, secure, method, path, headers, body, signal } = asked;
  const trusting = { rejectUnauthorized: false };
  const stream = way && asStream(way);
  const connection = stream && (secure ? tls.connect({ socket: stream, ...trusting }) : stream);
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request({
      ...{ host: address, port, method, path, headers, signal },
      ...(secure && trusting),
      // with an agent Node.js would leave the way aside
      ...(connection ? { createConnection: () => connection } : { agent: false }),
    });
    request.once("error", reject);
    request.once("response", (answer) => resolve(asResponse(answer)));
    request.end(body);
  });
}

/** What takes over a connection whose client asked for another protocol: from the request on, all is passed on unread. */
export async function upgradePod(asked: PodRequest, way?: Connection): Promise<Takeover> {
  const { address, port, secure, method, path, headers } = asked;
  const plain = way ? asStream(way) : await connected(net.connect(port, address), "connect");
  const stream = secure
    ? await connected(tls.connect({ socket: plain, rejectUnauthorized: false }), "secureConnect")
    : plain;
  return (socket, head) => {
    const client = socket as Duplex;
    const lines = [
      `${method} ${path} HTTP/1.1`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    stream.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (head.length) stream.write(head);
    stream.pipe(client);
    client.pipe(stream);
    stream.once("error", () => client.destroy());
    stream.once("close", () => client.destroy());
    client.once("error", () => stream.destroy());
    client.once("close", () => stream.destroy());
  };
}

function connected<S extends Duplex>(stream: S, event: string): Promise<S> {
  return new Promise((resolve, reject) => {
    stream.once("error", reject);
    stream.once(event, () => {
      stream.off("error", reject);
      resolve(stream);
    });
  });
}

function asStream(way: Connection): Duplex {
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Uint8Array, _encoding, done) => void way.write(chunk).then(() => done(), done),
    final: (done) => {
      way.end();
      done();
    },
    destroy: (error, done) => {
      way.destroy();
      done(error);
    },
  });
  const pump = async (): Promise<void> => {
    for await (const bytes of way.data) stream.push(bytes);
    stream.push(null);
  };
  pump().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))));
  return stream;
}

function asResponse(answer: http.IncomingMessage): HttpResponse {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers[name] = value;
  const body = async (sink: Sink): Promise<void> => {
    for await (const bytes of answer) if (!sink.write(bytes)) await sink.drained();
  };
  return { status: answer.statusCode ?? 502, headers, body };
}
