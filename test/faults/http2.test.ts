/** HTTP/2, as Go's clients speak it: many requests on one connection, none of which harms another. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import { after, before, test } from "node:test";
import { realClock, sleep } from "../../src/base/clock.ts";
import { ServerProcess } from "./api-server.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const map = (name: string, size = 10) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "x".repeat(size) } });
const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR } = http2.constants;

let server: ServerProcess;
let session: http2.ClientHttp2Session;
before(async () => {
  server = await ServerProcess.start();
  session = await server.session();
});
after(async () => {
  session.destroy();
  await server.stop();
});

interface Answer {
  readonly headers: http2.IncomingHttpHeaders;
  readonly text: string;
}

async function ask(method: string, path: string, body?: string): Promise<Answer> {
  const stream = session.request({
    ...{ ":method": method, ":path": path, ...(body !== undefined && { "content-type": "application/json" }) },
  });
  stream.end(body);
  let answered: http2.IncomingHttpHeaders = {};
  stream.on("response", (head) => {
    answered = head;
  });
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  await once(stream, "close");
  return { headers: answered, text: Buffer.concat(parts).toString() };
}

/** A watch that is open, and what it has been told so far. */
async function watch(name: string): Promise<{ stream: http2.ClientHttp2Stream; told: () => string }> {
  const stream = session.request({ ":path": `${maps}?watch=1&fieldSelector=metadata.name%3D${name}` });
  let text = "";
  stream.on("data", (part: Buffer) => {
    text += String(part);
  });
  stream.on("error", () => {}); // to be cut off is what some tests are about
  await once(stream, "response");
  return { stream, told: () => text };
}

const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 400, what);
    await sleep(realClock, 25);
  }
};

test("the server says how much it takes, as upstream does", () => {
  const { maxConcurrentStreams, initialWindowSize, maxFrameSize } = session.remoteSettings;
  assert.deepEqual([maxConcurrentStreams, initialWindowSize, maxFrameSize], [100, 262_144, 262_144]);
});

test("what is asked is answered, by who asks", async () => {
  assert.equal((await ask("POST", maps, map("one"))).headers[":status"], 201);
  const { headers, text } = await ask("GET", `${maps}/one`);
  assert.equal(headers[":status"], 200);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(Number(headers["content-length"]), text.length);
  assert.equal((JSON.parse(text) as { data: { a: string } }).data.a, "xxxxxxxxxx");
  const who = await ask(
    "POST",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}',
  );
  assert.match(who.text, /"groups":\["system:masters","system:authenticated"\]/);
});

test("HEAD has an answer's headers alone", async () => {
  const { headers, text } = await ask("HEAD", `${maps}/one`);
  assert.equal(headers[":status"], 200);
  assert.equal(text, "");
});

test("a stream that is asked for by HEAD ends at once", async () => {
  const open = async (): Promise<string> => {
    const { text } = await ask("GET", "/metrics");
    return /^apiserver_longrunning_requests\{.*verb="WATCH".*\} (\d+)$/m.exec(text)?.[1] ?? "0";
  };
  assert.equal((await ask("HEAD", `${maps}?watch=1`)).headers[":status"], 200);
  assert.equal(await open(), "0");
  const { stream } = await watch("counted");
  assert.equal(await open(), "1");
  stream.close(NGHTTP2_CANCEL);
});

test("hundreds of requests go through one connection at once, and each gets its own answer", async () => {
  const names = Array.from({ length: 90 }, (_, n) => `many-${n}`);
  const created = await Promise.all(names.map((name) => ask("POST", maps, map(name, 30_000))));
  assert.deepEqual(new Set(created.map(({ headers }) => headers[":status"])), new Set([201]));
  const read = await Promise.all(names.map((name) => ask("GET", `${maps}/${name}`)));
  assert.deepEqual(
    read.map(({ text }) => (JSON.parse(text) as { metadata: { name: string } }).metadata.name),
    names,
  );
});

test("a list longer than any window comes whole", async () => {
  const { text } = await ask("GET", maps);
  assert.ok(text.length > 2_700_000);
  assert.ok((JSON.parse(text) as { items: unknown[] }).items.length >= 91);
});

test("watches of one connection are told and end each by itself", async () => {
  const [kept, cancelled] = [await watch("seen"), await watch("seen")];
  cancelled.stream.close(NGHTTP2_CANCEL);
  assert.equal((await ask("POST", maps, map("seen"))).headers[":status"], 201);
  await until("told", () => kept.told().includes('"ADDED"'));
  assert.equal(cancelled.told(), "");
  kept.stream.close(NGHTTP2_CANCEL);
});

test("a watch that is not read is cut off, and the connection is not", async () => {
  const slow = await watch("busy");
  slow.stream.pause();
  const ended = new Promise((resolve) => slow.stream.once("close", resolve));
  assert.equal((await ask("POST", maps, map("busy"))).headers[":status"], 201);
  for (let n = 0; n < 45; n++)
    assert.equal((await ask("PUT", `${maps}/busy`, map("busy", 900_000 + n))).headers[":status"], 200);
  slow.stream.resume();
  await ended;
  assert.equal(slow.stream.rstCode, NGHTTP2_INTERNAL_ERROR);
  assert.equal((await ask("GET", `${maps}/one`)).headers[":status"], 200);
});

test("a body of more than 3 MiB is refused", async () => {
  const { headers, text } = await ask("POST", maps, map("large", 3 * 1024 * 1024));
  assert.equal(headers[":status"], 413);
  assert.match(text, /"reason":"RequestEntityTooLarge"/);
});

test("an upload that is broken off makes nothing", async () => {
  const body = map("broken");
  const head = { ":method": "POST", ":path": maps, "content-type": "application/json" };
  const stream = session.request({ ...head, "content-length": body.length + 1 });
  stream.on("error", () => {});
  stream.write(body);
  stream.close(NGHTTP2_CANCEL);
  await new Promise((resolve) => stream.once("close", resolve));
  assert.equal((await ask("GET", `${maps}/broken`)).headers[":status"], 404);
});

test("a client that waits for leave to send its body gets it", async () => {
  const stream = session.request({
    ...{ ":method": "POST", ":path": maps, "content-type": "application/json", expect: "100-continue" },
  });
  stream.once("continue", () => stream.end(map("continued")));
  const [head] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  assert.equal(head[":status"], 201);
  stream.resume();
  await once(stream, "close");
});

test("streams that are opened and given up by the thousand cost nobody else", async () => {
  const other = await server.session();
  for (let n = 0; n < 5000; n++) {
    if (other.destroyed) break; // told to calm down
    const stream = other.request({ ":path": maps });
    stream.on("error", () => {});
    stream.close(NGHTTP2_CANCEL);
  }
  assert.equal((await ask("GET", `${maps}/one`)).headers[":status"], 200);
  other.destroy();
});

test("what is no frame ends its connection and no other", async () => {
  const raw = await server.connect("h2");
  const ended = once(raw, "close");
  raw.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  raw.write(Buffer.alloc(4000, 0xff));
  raw.resume();
  await ended;
  assert.equal((await ask("GET", `${maps}/one`)).headers[":status"], 200);
});
