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

/** Those of test/ look at the whole machine: one after another. */
const isAlone = (file: string): boolean => path.relative(process.cwd(), file).startsWith("test/");

async function runFiles(chosen: string[], concurrency: number): Promise<void> {
  if (!chosen.length) return;
  const events = run({ files: chosen, concurrency });
  const isFile = (name: string): boolean => chosen.includes(name) || chosen.includes(path.resolve(name));
  events.on("test:pass", (t) => {
    if (t.skip !== undefined || t.todo !== undefined) failed++;
    else if (t.details.type !== "suite" && !isFile(t.name)) passed++;
  });
  events.on("test:fail", (t) => {
    // a suite that fails only because a test in it did is counted there; one whose own hooks fail is counted here
    const { failureType } = t.details.error as { readonly failureType?: string };
    if (t.details.type !== "suite" || failureType !== "subtestsFailed") failed++;
  });
  const lines = events.compose(new spec());
  lines.on("data", (text: Buffer) => process.stdout.write(text));
  await new Promise((resolve) => lines.on("end", resolve));
}

await runFiles(
  files.filter((file) => !isAlone(file)),
  Number(values.concurrency ?? 2),
);
await runFiles(files.filter(isAlone), 1);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
