/** Asks what runs in a pod, over HTTP/1.1: for the API server's paths that lead on to pods. */
import http from "node:http";
import https from "node:https";
import { Duplex } from "node:stream";
import tls from "node:tls";
import type { HttpResponse, Sink } from "../../apiserver/exchange.ts";
import type { PodRequest } from "../../apiserver/streams/node-connection.ts";
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
