import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { readConfigurationFile } from "./configuration-file.ts";
import { Failure } from "./failure.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "configuration-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const kind = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{ role: control-plane }, { role: worker }]\n";
const server =
  "apiVersion: coxswain/v1alpha1\nkind: ApiServerConfiguration\naudit: { policyFile: policy.yaml, log: { path: audit.log } }\n";

test("a file may hold the cluster, its API server, or both; files are looked for beside it", () => {
  file("policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n");
  assert.equal(readConfigurationFile(file("kind.yaml", kind)).cluster?.nodes.length, 2);
  const { cluster, apiServer } = readConfigurationFile(
    file("both.yaml", `# of both\n---\n${kind}--- # and\n${server}`),
  );
  assert.equal(cluster?.nodes.length, 2);
  assert.equal(apiServer?.audit?.log.path, path.join(folder, "audit.log"));
  assert.equal(apiServer?.audit?.policy.rules[0]?.level, "Metadata");
});

const faults = [
  { name: "is of no known kind", text: "kind: Pod\n", why: /no kind configuration/ },
  { name: "is no YAML", text: "a: [\n", why: /yaml: / },
  { name: "has a field too many", text: `${server}speed: 9\n`, why: /speed: Forbidden: unknown field/ },
];
for (const { name, text, why } of faults) {
  test(`a file that ${name} is refused`, () => {
    assert.throws(
      () => readConfigurationFile(file("bad.yaml", text)),
      (error) => error instanceof Failure && why.test(error.why) && error.exitCode === 2,
    );
  });
}

test("a file that is not there is told of", () => {
  assert.throws(() => readConfigurationFile(path.join(folder, "none.yaml")), /none.yaml cannot be read/);
});
