/** A kubeconfig that several clusters write at once, and ones that cannot be used. */
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import { realClock } from "../../src/base/clock.ts";
import { ClusterDirectory } from "../../src/cluster/files/cluster-directory.ts";
import { mergeKubeconfig, unmergeKubeconfig } from "../../src/cluster/files/kubeconfig.ts";
import { Cox } from "./cox.ts";

const access = (cluster: string) => ({
  ...{ cluster, server: "https://127.0.0.1:6443", authority: "a" },
  admin: { certificate: "c", key: "k" },
});
const foreign = { name: "elsewhere", cluster: { server: "https://192.0.2.1" } };

function contexts(file: string): string[] {
  const { contexts: found } = parse(readFileSync(file, "utf8")) as { contexts?: { name: string }[] };
  return (found ?? []).map(({ name }) => name).sort();
}

describe("a file that many write", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-kubeconfig-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("keeps every entry", async () => {
    const file = path.join(folder, "many");
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: "v1", kind: "Config", clusters: [foreign], "current-context": "x" }),
    );
    const names = Array.from({ length: 20 }, (_, n) => `c${n}`);
    await Promise.all(names.map((name) => mergeKubeconfig(file, access(name), realClock)));
    assert.deepEqual(contexts(file), names.map((name) => `cox-${name}`).sort());
    await Promise.all(names.slice(1).map((name) => unmergeKubeconfig(file, name, realClock)));
    assert.deepEqual(contexts(file), ["cox-c0"]);
    const { clusters } = parse(readFileSync(file, "utf8")) as { clusters: object[] };
    assert.deepEqual(clusters[0], foreign);
  });

  test("stays a link with its target's mode, and is left alone by who is not in it", async () => {
    const [target, link] = [path.join(folder, "target"), path.join(folder, "link")];
    writeFileSync(target, "# a comment\napiVersion: v1\n");
    chmodSync(target, 0o640);
    symlinkSync(target, link);
    await unmergeKubeconfig(link, "nobody", realClock);
    assert.equal(readFileSync(target, "utf8"), "# a comment\napiVersion: v1\n");
    await mergeKubeconfig(link, access("c"), realClock);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(statSync(target).mode & 0o777, 0o640);
    assert.deepEqual(contexts(target), ["cox-c"]);
  });
});

describe("a file that cannot be used", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-kubeconfig-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const unusable: readonly { what: string; holds: string; why: RegExp }[] = [
    { what: "is no YAML", holds: "a: [1, 2\nb: }", why: /Flow|flow/ },
    { what: "is a list", holds: "- a\n", why: /it holds no mapping/ },
    { what: "has no names", holds: "users: [1]\n", why: /its users are no list of named entries/ },
    { what: "has lists that are none", holds: "contexts: a\n", why: /its contexts are no list of named entries/ },
  ];
  for (const { what, holds, why } of unusable)
    test(`because it ${what} is told, and stays as it was`, async () => {
      const file = path.join(folder, what);
      writeFileSync(file, holds);
      for (const change of [mergeKubeconfig(file, access("c"), realClock), unmergeKubeconfig(file, "c", realClock)])
        await assert.rejects(change, { name: "KubeconfigProblem", message: why });
      assert.equal(readFileSync(file, "utf8"), holds);
    });

  test("because it is a folder, or lies below a file, is told", async () => {
    mkdirSync(path.join(folder, "folder"));
    writeFileSync(path.join(folder, "file"), "text");
    for (const file of ["folder", "file/config"])
      await assert.rejects(mergeKubeconfig(path.join(folder, file), access("c"), realClock), {
        name: "KubeconfigProblem",
        message: /EISDIR|ENOTDIR|EEXIST/,
      });
  });
});

describe("the command", () => {
  const cox = new Cox();
  after(() => cox.close());

  test("makes no cluster where the kubeconfig cannot be used, and says so in three lines", async () => {
    const file = path.join(cox.home, "broken");
    writeFileSync(file, "- a\n");
    const { code, err } = await cox.run("up", "--runtime", "simulated", "--name", "refused", "--kubeconfig", file);
    assert.equal(code, 1);
    assert.equal(
      err,
      `error: the kubeconfig ${file} cannot be used\n  why: it holds no mapping\n  try: mend it or move it away, or choose another: --kubeconfig FILE\n`,
    );
    assert.equal(readFileSync(file, "utf8"), "- a\n");
    assert.deepEqual(ClusterDirectory.list(cox.clusters), []);
  });

  describe("with three clusters that start and end at once", () => {
    const names = ["a", "b", "c"];
    before(async () => {
      writeFileSync(cox.kubeconfig, JSON.stringify({ clusters: [foreign], contexts: [{ name: "elsewhere" }] }));
      const ups = names.map((name) => cox.run("up", "--runtime", "simulated", "--workers", "0", "--name", name));
      for (const { code, err } of await Promise.all(ups)) assert.equal(code, 0, err);
    });

    test("all of them are in the kubeconfig, each with its own port", async () => {
      assert.deepEqual(contexts(cox.kubeconfig), ["cox-a", "cox-b", "cox-c", "elsewhere"]);
      const { clusters } = parse(readFileSync(cox.kubeconfig, "utf8")) as {
        clusters: { cluster: { server: string } }[];
      };
      assert.equal(new Set(clusters.map(({ cluster }) => cluster.server)).size, 4);
    });

    test("the last of them to go leaves what was there before", async () => {
      const downs = names.map((name) => cox.run("down", "--name", name));
      for (const { code, err } of await Promise.all(downs)) assert.equal(code, 0, err);
      assert.deepEqual(contexts(cox.kubeconfig), ["elsewhere"]);
    });
  });
});
