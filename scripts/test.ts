/**
 * Runs every test file under the given folders (default: src and test) with node's test runner, and ends with one line
 * `N passed, N failed`. A test that is skipped counts as failed: nothing is left out in silence.
 *
 *   tsx scripts/test.ts [--concurrency N] [PATH …]
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { concurrency: { type: "string" } } });

function testFiles(at: string): string[] {
  if (statSync(at).isFile()) return [path.resolve(at)];
  return readdirSync(at, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.resolve(at, name))
    .sort();
}

const places = positionals.length ? positionals : ["src", "test"];
const files = places.flatMap(testFiles);
let passed = 0;
let failed = 0;
const events = run({ files, concurrency: Number(values.concurrency ?? 2) });
const isFile = (name: string): boolean => files.includes(name) || files.includes(path.resolve(name));
events.on("test:pass", (t) => {
  if (t.skip !== undefined || t.todo !== undefined) failed++;
  else if (t.details.type !== "suite" && !isFile(t.name)) passed++;
});
events.on("test:fail", (t) => {
  if (t.details.type !== "suite") failed++;
});
const lines = events.compose(new spec());
lines.on("data", (text: Buffer) => process.stdout.write(text));
lines.on("end", () => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed || !passed ? 1 : 0;
});
