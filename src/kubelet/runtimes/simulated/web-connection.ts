/** A byte stream to a port of a simulated pod, for port-forwarding: HTTP/1.1 read and written over the pretended network. */
import { type Connection, RuntimeFailure } from "../contract.ts";
import type { Endpoint, PretendNetwork, WebAnswer } from "./network.ts";
import { Pipe } from "./streams/pipe.ts";

const latin = new TextDecoder("latin1");
const encoder = new TextEncoder();

/** Rejects with RuntimeFailure where nobody listens. */
export function connectTo(network: PretendNetwork, to: Endpoint): Connection {
  if (!network.isOpen(to, "127.0.0.1")) {
    const text = `failed to connect to localhost:${to.port} inside namespace, IPv4: dial tcp4 127.0.0.1:${to.port}: connect: connection refused`;
    throw new RuntimeFailure("Failed", text);
  }
  const answers = new Pipe();
  let unread: Uint8Array = new Uint8Array();
  let turn: Promise<void> = Promise.resolve();

  const answerAll = async (): Promise<void> => {
    for (;;) {
      const found = firstRequest(unread);
      if (!found) return;
      unread = unread.slice(found.length);
      const answer = await network.ask(to, { ...found.request, from: "127.0.0.1" });
      if (!answer) {
        answers.end();
        return;
      }
      const keep = found.request.headers.connection?.toLowerCase() !== "close" && found.keepsByDefault;
      answers.write(written(answer, found.request.method, keep));
      if (!keep) answers.end();
    }
  };
  return {
    data: answers,
    write: (data) => {
      const joined = new Uint8Array(unread.length + data.length);
      joined.set(unread);
      joined.set(data, unread.length);
      unread = joined;
      turn = turn.then(answerAll);
      return turn;
    },
    end: () => void turn.then(() => answers.end()),
    destroy: () => answers.end(),
  };
}

interface FoundRequest {
  readonly request: { method: string; path: string; headers: Record<string, string>; body: string };
  readonly length: number;
  readonly keepsByDefault: boolean;
}

/** The first whole request in what has been read; undefined: more is to come. */
function firstRequest(bytes: Uint8Array): FoundRequest | undefined {
  const text = latin.decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const [method = "GET", path = "/", protocol = "HTTP/1.0"] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = end + 4 + Number(headers["content-length"] ?? 0);
  if (bytes.length < length) return undefined;
  const body = new TextDecoder().decode(bytes.subarray(end + 4, length));
  return { request: { method, path, headers, body }, length, keepsByDefault: protocol === "HTTP/1.1" };
}

const reasons: Readonly<Record<number, string>> = { 200: "OK", 404: "Not Found", 500: "Internal Server Error" };

function written({ status, headers, body }: WebAnswer, method: string, keep: boolean): Uint8Array {
  const bytes = encoder.encode(body);
  const fields = { ...headers, "content-length": String(bytes.length), connection: keep ? "keep-alive" : "close" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = encoder.encode(`HTTP/1.1 ${status} ${reasons[status] ?? "Status"}\r\n${lines.join("")}\r\n`);
  if (method === "HEAD") return head;
  const all = new Uint8Array(head.length + bytes.length);
  all.set(head);
  all.set(bytes, head.length);
  return all;
}
