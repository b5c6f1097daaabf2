/**
 * Holds the architecture: which folder may import which, which files may touch the world (`node:` modules), where clocks
 * and randomness may be read, and how long a file may be. Prints each offence and exits 1, or says that all is well.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What each folder of src/ rests on directly; it may import that and all below it. */
const restsOn: Record<string, readonly string[]> = {
  base: [],
  api: ["base"],
  store: ["base"],
  client: ["api"],
  apiserver: ["store", "api", "client"],
  informer: ["client"],
  reconciler: ["informer"],
  controllers: ["reconciler"],
  scheduler: ["reconciler"],
  kubelet: ["reconciler"],
  network: ["reconciler"],
  cluster: ["apiserver", "controllers", "scheduler", "kubelet", "network"],
  embedded: ["cluster"],
  cli: ["cluster"],
  dashboard: ["client"],
};

/** The edges: only these may import `node:` modules and libraries that do. */
const edges = [
  "src/apiserver/http/",
  "src/apiserver/pki/",
  "src/client/http/",
  "src/store/log/",
  "src/store/etcd/",
  "src/kubelet/runtimes/cri/",
  "src/kubelet/host/",
  "src/network/host/",
  "src/network/dns/server",
  "src/cluster/",
  "src/cli/",
  "src/embedded/door.ts",
];
const worldly = new Set(["ws", "@grpc/grpc-js", "@grpc/proto-loader", "tar-stream"]);
const longest = 500;

const below = (folder: string): Set<string> => {
  const all = new Set<string>();
  for (const next of restsOn[folder] ?? []) {
    all.add(next);
    for (const deeper of below(next)) all.add(deeper);
  }
  return all;
};
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("generated/") && !name.includes("/generated/"))
    .map((name) => path.posix.join(folder, name));

const offences: string[] = [];
const code = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, " ")).replace(/(^|[^:"'`])\/\/.*$/gm, "$1");

for (const file of [...files("src"), ...files("test"), ...files("scripts"), ...files("bench")]) {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").length - 1;
  if (lines > longest) offences.push(`${file}: ${lines} lines, the limit is ${longest}`);
  if (!file.startsWith("src/")) continue;
  const folder = file.split("/")[1] ?? "";
  const isTest = /\.test\.ts$|contract\.ts$|contract-suite\.ts$/.test(file) && !file.endsWith("runtimes/contract.ts");
  const allowed = below(folder);
  for (const [, , from] of code(text).matchAll(/(^|\n)\s*(?:import|export)[^"';]*?from\s+"([^"]+)"/g)) {
    if (!from) continue;
    if (from.startsWith(".")) {
      const target = path.posix.join(path.posix.dirname(file), from);
      const other = target.split("/")[1] ?? "";
      if (!target.startsWith("src/")) offences.push(`${file}: imports ${from}, outside src/`);
      else if (other !== folder && folder in restsOn && !allowed.has(other) && !isTest)
        offences.push(`${file}: ${folder}/ may not import ${other}/`);
    } else if (
      (from.startsWith("node:") || worldly.has(from)) &&
      !isTest &&
      !edges.some((edge) => file.startsWith(edge))
    ) {
      offences.push(`${file}: imports ${from}, which only the edge folders may`);
    }
  }
  if (folder !== "base" && !isTest) {
    code(text)
      .split("\n")
      .forEach((line, i) => {
        if (/\bDate\.now\(|\bnew Date\(\)|Math\.random\(|\bset(Timeout|Interval)\(|performance\.now\(/.test(line)) {
          offences.push(`${file}:${i + 1}: reads a clock or randomness, which only base/ may`);
        }
      });
  }
}

for (const offence of offences) console.log(offence);
console.log(offences.length ? `layers: ${offences.length} offences` : "layers: as designed");
process.exitCode = offences.length ? 1 : 0;
