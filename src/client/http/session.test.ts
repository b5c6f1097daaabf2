import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { type ProgramSession, serveProgram, type UpgradeRequest } from "../../kubelet/host/streams/serve.ts";
import type { Process } from "../../kubelet/runtimes/contract.ts";
import type { ServerAccess } from "./kubeconfig.ts";
import { exitCodeOf, openSession } from "./session.ts";
import { Transport } from "./transport.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

/** Gives back in capitals what it is sent, tells of its end on stderr, and exits with 3. */
function shouting(): Process {
  const written: Uint8Array[] = [];
  let finish: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  async function* stdout(): AsyncGenerator<Uint8Array> {
    await ended;
    yield Buffer.from(Buffer.concat(written).toString().toUpperCase());
  }
  async function* stderr(): AsyncGenerator<Uint8Array> {
    await ended;
    yield Buffer.from("the end");
  }
  return {
    stdout: stdout(),
    stderr: stderr(),
    exit: ended.then(() => 3),
    write: async (data: Uint8Array) => void written.push(data),
    end: () => finish(),
    resize: () => {},
    kill: () => finish(),
  } as unknown as Process;
}

/** A server that runs `shouting`; `spdyOnly` refuses WebSockets, as containerd refuses their newest version. */
async function serve(spdyOnly: boolean): Promise<Transport> {
  const server = createServer();
  servers.push(server);
  server.on("upgrade", (message, socket, head) => {
    const isSpdy = message.headers.upgrade === "SPDY/3.1";
    if (spdyOnly && !isSpdy) {
      socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      return;
    }
    const session: ProgramSession = { kind: "exec", stdin: true, stdout: true, stderr: true, tty: false };
    serveProgram({ kind: "process", process: shouting() }, session, message as unknown as UpgradeRequest, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const access: ServerAccess = {
    server: `http://127.0.0.1:${port}`,
    namespace: "default",
    namespaceGiven: false,
    insecure: false,
    asGroups: [],
  };
  return new Transport(access);
}

for (const [name, spdyOnly] of [
  ["WebSocket", false],
  ["SPDY, where WebSocket is refused", true],
] as const) {
  test(`a session over ${name}: input and its end, both outputs, the exit code`, async () => {
    const said = { stdout: "", stderr: "" };
    const write = (to: "stdout" | "stderr") => (bytes: Uint8Array) => {
      said[to] += Buffer.from(bytes).toString();
    };
    const transport = await serve(spdyOnly);
    const query = new URLSearchParams({ stdin: "true", stdout: "true", stderr: "true" });
    const session = await openSession(transport, "/exec", query, { stdout: write("stdout"), stderr: write("stderr") });
    session.write(Buffer.from("one "));
    session.write(Buffer.from("two"));
    session.endInput();
    const { failure } = await session.ended;
    assert.deepEqual(said, { stdout: "ONE TWO", stderr: "the end" });
    assert.equal(failure && exitCodeOf(failure), 3);
    transport.close();
  });
}

test("a server that refuses both says why", async () => {
  const server = createServer((_request, response) => {
    const status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      reason: "NotFound",
      message: 'pods "x" not found',
      code: 404,
    };
    response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify(status));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const transport = new Transport({
    server: `http://127.0.0.1:${port}`,
    namespace: "",
    namespaceGiven: false,
    insecure: false,
    asGroups: [],
  });
  const opened = openSession(transport, "/exec", {}, { stdout: () => {}, stderr: () => {} });
  await assert.rejects(opened, { reason: "NotFound", message: 'pods "x" not found' });
  transport.close();
});
