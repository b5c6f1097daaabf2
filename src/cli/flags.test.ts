import assert from "node:assert/strict";
import { test } from "node:test";
import { durationMs } from "../base/clock.ts";
import { arranged } from "./arguments.ts";
import { type FlagSet, readFlags, UsageError } from "./flags.ts";

const known: FlagSet = {
  output: { kind: "text", short: "o" },
  watch: { kind: "switch", short: "w", default: "true" },
  stdin: { kind: "switch", short: "i" },
  tty: { kind: "switch", short: "t" },
  replicas: { kind: "number" },
  "dry-run": { kind: "text", default: "none", bare: "unchanged" },
  filename: { kind: "csv", short: "f" },
  env: { kind: "list" },
  selector: { kind: "text", short: "l" },
};

test("flags stand anywhere, joined or apart", () => {
  const flags = readFlags(known, [
    "pods",
    "-oyaml",
    "a",
    "--watch=false",
    "-it",
    "-f",
    "x,y",
    "-f=z",
    "--env",
    "A=1,2",
    "-l=a=b",
  ]);
  assert.deepEqual(flags.args, ["pods", "a"]);
  assert.equal(flags.text("output"), "yaml");
  assert.equal(flags.on("watch"), false);
  assert.ok(flags.on("stdin") && flags.on("tty"));
  assert.deepEqual(flags.all("filename"), ["x", "y", "z"]);
  assert.deepEqual(flags.all("env"), ["A=1,2"]);
  assert.equal(flags.text("selector"), "a=b");
});

test("what stands behind -- is no flag, and is told apart", () => {
  const flags = readFlags(known, ["pod", "--", "sh", "-c", "ls"]);
  assert.deepEqual(flags.args, ["pod", "sh", "-c", "ls"]);
  assert.equal(flags.dash, 1);
});

test("a flag with a value of its own needs none", () => {
  assert.equal(readFlags(known, []).text("dry-run"), "none");
  assert.equal(readFlags(known, ["--dry-run", "x"]).text("dry-run"), "unchanged");
  assert.equal(readFlags(known, ["--dry-run=client"]).text("dry-run"), "client");
});

const faults = [
  { args: ["--nope"], want: "unknown flag: --nope" },
  { args: ["-z"], want: "unknown shorthand flag: 'z' in -z" },
  {
    args: ["--replicas=x"],
    want: 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
  },
  { args: ["--output"], want: "flag needs an argument: --output" },
];
for (const { args, want } of faults)
  test(`${args.join(" ")} is refused in pflag's words`, () =>
    assert.throws(() => readFlags(known, args), new UsageError(want)));

test("durations are Go's", () => {
  assert.equal(durationMs("1h30m"), 5_400_000);
  assert.equal(durationMs("1.5s"), 1500);
  assert.equal(durationMs("-1s"), -1000);
  assert.equal(durationMs("5"), undefined);
});

const lines = [
  { given: "create cluster --name a", want: "up --name a" },
  { given: "delete cluster", want: "down" },
  { given: "create -f x", want: "create -f x" },
  { given: "-n web get pods", want: "get -n web pods" },
  { given: "--context=x -nweb get pods", want: "get --context=x -nweb pods" },
  { given: "logs", want: "cluster-logs" },
  { given: "logs --name a", want: "cluster-logs --name a" },
  { given: "logs web", want: "logs web" },
  { given: "--version", want: "--version" },
];
for (const { given, want } of lines)
  test(`\`cox ${given}\` is read as \`${want}\``, () => assert.equal(arranged(given.split(" ")).join(" "), want));
