import assert from "node:assert/strict";
import net, { type AddressInfo } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import { after, test } from "node:test";
import { upgradePod } from "./pod-request.ts";

/** A server that takes any upgrade and then says again, in capitals, what it hears. */
const echo = net.createServer((socket) => {
  let isUpgraded = false;
  socket.on("data", (bytes) => {
    if (isUpgraded) return void socket.write(bytes.toString().toUpperCase());
    isUpgraded = true;
    const [head = "", rest = ""] = bytes.toString().split("\r\n\r\n");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nseen: ${head.split("\r\n")[0]}\r\n\r\n${rest.toUpperCase()}`);
  });
});
after(() => echo.close());

test("a connection that changes its protocol is passed on, byte for byte, until either end closes it", async () => {
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const { port } = echo.address() as AddressInfo;
  const takeover = await upgradePod({
    ...{ address: "127.0.0.1", port, secure: false, method: "GET", path: "/chat?x=1", body: new Uint8Array() },
    headers: { connection: "Upgrade", upgrade: "websocket" },
    signal: new AbortController().signal,
  });
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const client = Duplex.from({ readable: toServer, writable: toClient });
  const heard: string[] = [];
  const until = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (heard.join("").includes(text) && resolve());
      toClient.on("data", look);
      look();
    });
  toClient.on("data", (bytes: Buffer) => heard.push(String(bytes)));
  takeover(client, new TextEncoder().encode("first"));
  await until("FIRST");
  toServer.write("more");
  await until("MORE");
  assert.match(
    heard.join(""),
    /^HTTP\/1.1 101 Switching Protocols\r\nseen: GET \/chat\?x=1 HTTP\/1.1\r\n\r\nFIRSTMORE$/,
  );
  const closed = new Promise((resolve) => client.once("close", resolve));
  toServer.end();
  client.destroy();
  await closed;
});

test("where nobody answers that is told", async () => {
  const asked = {
    ...{ address: "127.0.0.1", port: 1, secure: false, method: "GET", path: "/", body: new Uint8Array(), headers: {} },
    signal: new AbortController().signal,
  };
  await assert.rejects(upgradePod(asked), /ECONNREFUSED/);
});
