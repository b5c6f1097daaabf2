/** The README's tour: each of its lines works, as it stands there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { TestCluster } from "./cluster.ts";

const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
const [, block = ""] = /## A tour[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
const lines = block.split("\n").filter((line) => line && !line.startsWith("#"));

describe("the README's tour", () => {
  const cluster = new TestCluster("cox");
  before(() => cluster.up("simulated"));
  after(() => cluster.down());

  test("it has lines", () => assert.ok(lines.length > 20));
  for (const line of lines)
    test(line, async () => {
      await cluster.ok(line);
    });
});
