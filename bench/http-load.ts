/**
 * Load on an API server from as few cycles as can be: plain HTTP/1.1 over kept TLS connections, one request at a time on
 * each, answers told apart by their length or chunks and not looked into. A comfortable client would measure itself.
 */
import tls from "node:tls";

export interface Target {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const headEnd = Buffer.from("\r\n\r\n");
const lastChunk = Buffer.from("0\r\n\r\n");

/** One kept connection. */
class Connection {
  readonly #socket: tls.TLSSocket;
  #parts: Buffer[] = [];
  #take: ((answer: { readonly status: number; readonly bytes: number }) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  #need = -1;
  #held = 0;
  #status = 0;

  constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    socket.on("error", (error) => this.#fail?.(error));
    socket.on("close", () => this.#fail?.(new Error("the server closed the connection")));
  }

  static open(target: Target): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ ...target, host: "127.0.0.1", servername: "localhost" });
      socket.once("error", reject).once("secureConnect", () => resolve(new Connection(socket)));
    });
  }

  ask(request: Buffer): Promise<{ readonly status: number; readonly bytes: number }> {
    return new Promise((resolve, reject) => {
      [this.#take, this.#fail] = [resolve, reject];
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#fail = undefined;
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    this.#held += chunk.length;
    if (this.#need < 0) {
      this.#parts.push(chunk);
      const all = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
      const end = all.indexOf(headEnd);
      if (end < 0) return;
      const head = all.toString("latin1", 0, end);
      this.#status = Number(head.slice(9, 12));
      const length = /content-length: (\d+)/i.exec(head);
      this.#need = length ? end + 4 + Number(length[1]) : Number.POSITIVE_INFINITY;
      this.#parts = [];
    }
    const chunksEnd = this.#need === Number.POSITIVE_INFINITY && chunk.subarray(-5).equals(lastChunk);
    if (this.#held < this.#need && !chunksEnd) return;
    const [take, answer] = [this.#take, { status: this.#status, bytes: this.#held }];
    [this.#need, this.#held, this.#take, this.#fail] = [-1, 0, undefined, undefined];
    take?.(answer);
  }
}

/** The bytes of a request. */
export function request(method: string, path: string, body = "", type = "application/json", accept = type): Buffer {
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nUser-Agent: bench\r\n`;
  return Buffer.from(
    body ? `${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}` : `${head}\r\n`,
  );
}

export interface Outcome {
  /** Answers per second. */
  readonly rate: number;
  /** How long each took, in ms. */
  readonly took: readonly number[];
  readonly bytes: number;
}

/** Sends `count` requests, `inFlight` at a time. Throws if one is not answered with success. */
export async function load(
  target: Target,
  inFlight: number,
  count: number,
  make: (index: number) => Buffer,
): Promise<Outcome> {
  const connections = await Promise.all(Array.from({ length: inFlight }, () => Connection.open(target)));
  const took: number[] = [];
  let [next, bytes] = [0, 0];
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) {
        const index = next++;
        const at = performance.now();
        const answer = await connection.ask(make(index));
        took.push(performance.now() - at);
        bytes += answer.bytes;
        if (answer.status >= 300) throw new Error(`the server answered ${answer.status}`);
      }
    }),
  );
  const rate = (count / (performance.now() - started)) * 1000;
  for (const connection of connections) connection.close();
  return { rate, took, bytes };
}
