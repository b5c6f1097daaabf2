/** `cox up` where a port is taken, or a program is missing: another port, or three lines that say what to do. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { after, before, test } from "node:test";
import { ClusterDirectory } from "../../src/cluster/files/cluster-directory.ts";
import { Cox } from "./cox.ts";

const cox = new Cox();
const others: Server[] = [];
/** Another program at a port of loopback, if it is not taken anyway; resolves to the port. */
const occupy = (port: number): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    others.push(server);
    server.once("error", () => resolve(port));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
before(() => occupy(6443));
after(() => {
  for (const server of others) server.close();
  cox.close();
});

test("another port is taken when the usual one is in use, and kept", async () => {
  const up = () => cox.run("up", "--runtime", "simulated", "--workers", "0");
  const first = await up();
  try {
    assert.equal(first.code, 0, first.err);
    const { port } = new ClusterDirectory("cox", cox.clusters).read();
    assert.notEqual(port, 6443);
    assert.equal((await cox.run("down", "--keep")).code, 0);
    await occupy(port);
    const again = await up();
    assert.equal(again.code, 1);
    assert.match(
      again.err,
      new RegExp(
        `error: the cluster "cox" could not be started\n {2}why: port ${port} is in use by another program\n {2}try: .*\n$`,
      ),
    );
  } finally {
    assert.equal((await cox.run("down")).code, 0);
  }
});

test("a port that was asked for and is in use is told, and nothing is made", async () => {
  const port = await occupy(0);
  const { code, err } = await cox.run("up", "--runtime", "simulated", "--port", String(port));
  assert.equal(code, 1);
  assert.equal(
    err,
    `error: the API server cannot have port ${port}\n  why: another program has it\n  try: another one: --port PORT, or without it any that is free\n`,
  );
  assert.deepEqual(ClusterDirectory.list(cox.clusters), []);
});

test("programs that are missing are named, with the packages that have them, and nothing is made", async () => {
  // a view of the machine of its own, in which the folders that hold nft and runc are empty
  const hide = "for f in /usr/sbin /sbin; do mount -t tmpfs none $f; done";
  const words = [...cox.words, "up", "--runtime", "containerd"];
  const script = `${hide}; PATH=/usr/bin:/bin exec "$@"`;
  const { code, err } = await cox.start("unshare", ["--mount", "sh", "-c", script, "sh", ...words]);
  assert.equal(code, 1);
  assert.match(
    err,
    /^error: real containers cannot be run here\n {2}why: missing: [^\n]*nftables[^\n]*\n {2}try: apt-get install [^\n]*nftables[^\n]*, as root\n$/,
  );
  assert.deepEqual(ClusterDirectory.list(cox.clusters), []);
});
