/**
 * What breaks off, dawdles, floods or is no HTTP at all: each gets a clean refusal or none, and the server answers others
 * meanwhile, lets go of the connections, and gives the memory back.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { realClock, sleep } from "../../src/base/clock.ts";
import { ServerProcess } from "./api-server.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const head = (line: string, ...headers: string[]): string =>
  [line, "Host: localhost", "Content-Type: application/json", ...headers, "", ""].join("\r\n");
const map = (name: string, size: number) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
  data: { a: "x".repeat(size) },
});
const megabyte = 1 << 20;

let server: ServerProcess;
before(async () => {
  server = await ServerProcess.start();
  // what is loaded and kept at first use is no leak
  assert.equal((await server.ask("POST", maps, map("first", 10))).status, 201);
});
after(() => server.stop());

const untilClosed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await once(socket, "close");
};

/** All that the server says until it closes the connection. */
async function answerOf(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  await untilClosed(socket);
  return Buffer.concat(parts).toString();
}

const many = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

/** A test in which others are answered, and after which the server has let go of everything. */
function holds(what: string, run: () => Promise<readonly Socket[] | undefined>): void {
  test(what, async () => {
    const [files, memory] = [server.openFiles, await server.memory()];
    const sockets = await run();
    assert.equal((await server.ask("GET", `${maps}/first`)).status, 200, "others are answered");
    for (const socket of sockets ?? []) socket.destroy();
    for (let tries = 0; server.openFiles > files + 4; tries++) {
      assert.ok(tries < 400, `${server.openFiles} files are open, it were ${files}`);
      await sleep(realClock, 25);
    }
    const more = (await server.memory()) - memory;
    assert.ok(more < 24 * megabyte, `${Math.round(more / megabyte)} MiB more are in use`);
  });
}

holds("connections that say nothing, by the thousand", async () => {
  const plain = await many(2000, () => server.dial());
  const encrypted = await many(100, () => server.connect());
  return [...plain, ...encrypted];
});

holds("connections that stop in the middle of a handshake, a head, a body", async () => {
  const plain = await many(20, () => server.dial());
  for (const socket of plain) socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
  const encrypted = await many(40, () => server.connect());
  encrypted.forEach((socket, n) => {
    if (n % 2) socket.write(`GET ${maps} HTTP/1.1\r\nHost: loc`);
    else socket.write(`${head(`POST ${maps} HTTP/1.1`, "Content-Length: 5000")}{"apiVersion":`);
  });
  return [...plain, ...encrypted];
});

holds("uploads that are broken off", async () => {
  const sockets = await many(40, () => server.connect());
  for (const socket of sockets) {
    socket.write(`${head(`POST ${maps} HTTP/1.1`, "Content-Length: 3000000")}${"x".repeat(500_000)}`);
    setImmediate(() => socket.destroy());
  }
  await Promise.all(sockets.map(untilClosed));
  return undefined;
});

holds("what is no TLS", async () => {
  const sockets = await many(30, () => server.dial());
  sockets.forEach((socket, n) => {
    const noise = Buffer.alloc(2000, `${n} noise`);
    const record = Buffer.concat([Buffer.from([0x16, 0x03, 0x03, 0x07, 0xcb]), noise]);
    socket.write([noise, record, Buffer.from("GET / HTTP/1.1\r\n\r\n")][n % 3] as Buffer);
  });
  await Promise.all(sockets.map(answerOf));
  return undefined;
});

const noRequests: readonly { what: string; text: string; answer: RegExp }[] = [
  { what: "no line", text: "\0\0\0\0\r\n\r\n", answer: /^HTTP\/1\.1 400 Bad Request\r\n/ },
  { what: "no method", text: head("/api HTTP/1.1"), answer: /^HTTP\/1\.1 400 / },
  { what: "a method that is none", text: head("G@T /api HTTP/1.1"), answer: /^HTTP\/1\.1 400 / },
  { what: "a version that is none", text: head("GET /api HTTP/9.x"), answer: /^HTTP\/1\.1 400 / },
  { what: "no host", text: "GET /api HTTP/1.1\r\n\r\n", answer: /^HTTP\/1\.1 400 / },
  { what: "a header without a colon", text: head("GET /api HTTP/1.1", "nothing"), answer: /^HTTP\/1\.1 400 / },
  {
    what: "a header with a control character",
    text: head("GET /api HTTP/1.1", "A: \u0001"),
    answer: /^HTTP\/1\.1 400 /,
  },
  { what: "a length that is none", text: head("GET /api HTTP/1.1", "Content-Length: x"), answer: /^HTTP\/1\.1 400 / },
  {
    ...{ what: "a length twice over", answer: /^HTTP\/1\.1 400 / },
    text: head(`POST ${maps} HTTP/1.1`, "Content-Length: 5", "Transfer-Encoding: chunked"),
  },
  {
    ...{ what: "a chunk of no length", answer: /^HTTP\/1\.1 400 / },
    text: `${head(`POST ${maps} HTTP/1.1`, "Transfer-Encoding: chunked")}zz\r\n`,
  },
  {
    ...{ what: "a head without end", answer: /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/ },
    text: head("GET /api HTTP/1.1", `A: ${"x".repeat(2 * megabyte)}`),
  },
];
for (const { what, text, answer } of noRequests)
  test(`${what} is refused`, async () => {
    const socket = await server.connect();
    const said = answerOf(socket);
    socket.write(text);
    assert.match(await said, answer);
    assert.equal((await server.ask("GET", `${maps}/first`)).status, 200);
  });

for (const chunked of [false, true])
  holds(`a body of more than 3 MiB is refused (${chunked ? "in chunks" : "of known length"})`, async () => {
    const socket = await server.connect();
    let said = "";
    socket.on("data", (part: Buffer) => {
      said += String(part);
    });
    const size = 3 * megabyte + 1;
    const body = "x".repeat(size);
    const length = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${size}`;
    socket.write(head(`POST ${maps} HTTP/1.1`, length));
    socket.write(chunked ? `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body);
    while (!/"code":413\}/.test(said)) await once(socket, "data");
    assert.match(said, /^HTTP\/1\.1 413 /);
    assert.match(said, /"message":"Request entity too large: limit is 3145728"/);
    assert.match(said, /"reason":"RequestEntityTooLarge"/);
    return [socket];
  });

holds("requests one behind another are answered in their order", async () => {
  const socket = await server.connect();
  const said = answerOf(socket);
  const names = Array.from({ length: 50 }, (_, n) => `not-there-${n}`);
  const closing = head(`GET ${maps}/last HTTP/1.1`, "Connection: close");
  socket.write(`${names.map((name) => head(`GET ${maps}/${name} HTTP/1.1`)).join("")}${closing}`);
  const found = [...(await said).matchAll(/configmaps \\"([^"\\]*)\\" not found/g)].map((match) => match[1]);
  assert.deepEqual(found, [...names, "last"]);
  return undefined;
});

holds("what is nested without measure is the client's fault", async () => {
  const deep = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"},"data":${'{"a":'.repeat(200_000)}1${"}".repeat(200_001)}`;
  assert.equal((await server.ask("POST", maps, deep)).status, 400);
  return undefined;
});

holds("a selector of many thousand values selects", async () => {
  const values = Array.from({ length: 40_000 }, (_, n) => `value-${n}`).join(",");
  const { status, text } = await server.ask("GET", `${maps}?labelSelector=${encodeURIComponent(`a in (${values})`)}`);
  assert.equal(status, 200, text.slice(0, 300));
  assert.deepEqual((JSON.parse(text) as { items: unknown[] }).items, []);
  return undefined;
});

/** An open watch on the config maps, from now on. */
async function watching(): Promise<TLSSocket> {
  const socket = await server.connect();
  socket.write(head(`GET ${maps}?watch=1&fieldSelector=metadata.name%3Dbusy HTTP/1.1`));
  await once(socket, "data");
  return socket;
}

const write = async (size: number, rounds: number): Promise<void> => {
  for (let n = 0; n < rounds; n++) {
    const { status, text } = await server.ask("PUT", `${maps}/busy`, {
      ...map("busy", size),
      immutable: false,
      binaryData: { n: btoa(`${n}`) },
    });
    assert.equal(status, 200, text);
  }
};

holds("hundreds of watches are told, and let go", async () => {
  assert.equal((await server.ask("POST", maps, map("busy", 10))).status, 201);
  const watches = await many(300, watching);
  const told = watches.map(
    (socket) =>
      new Promise<void>((resolve) => {
        let said = "";
        socket.on("data", (part: Buffer) => {
          said += String(part);
          if (said.includes('"n":"MTk="')) resolve();
        });
      }),
  );
  await write(200, 20);
  await Promise.all(told);
  return watches;
});

test("a watcher that does not read is cut off", async () => {
  const watches = await many(5, watching);
  for (const socket of watches) socket.pause();
  await write(900_000, 45);
  await write(10, 1);
  // what is on its way comes first, then the end
  for (const socket of watches) socket.resume();
  await Promise.all(watches.map(untilClosed));
});

test("an answer is not broken by warnings of names that no header can hold", async () => {
  const [odd, far] = ['"\\u0000\\n":1', '"ä😀":1'];
  const body = `{"metadata":{"name":"odd",${odd},${far}},${odd},${far}}`;
  assert.equal((await server.ask("POST", maps, body)).status, 201);
});
