/** Pods are held to what their namespace demands; workloads only warned of. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Ask, serve } from "./server.ts";

const namespace = (name: string, labels: object): object => ({
  kind: "Namespace",
  apiVersion: "v1",
  metadata: { name, labels },
});
const label = (mode: string): string => `pod-security.kubernetes.io/${mode}`;
const podSpec = { hostNetwork: true, containers: [{ name: "c", image: "i" }], automountServiceAccountToken: false };
const pod = (name: string): object => ({ kind: "Pod", apiVersion: "v1", metadata: { name }, spec: podSpec });
const violation = "host namespaces (hostNetwork=true)";

let ask: Ask;
before(async () => {
  ask = await serve();
  await ask("POST /api/v1/namespaces", namespace("strict", { [label("enforce")]: "baseline" }));
  await ask("POST /api/v1/namespaces", namespace("free", {}));
  for (const name of ["strict", "free"])
    await ask(`POST /api/v1/namespaces/${name}/serviceaccounts`, {
      kind: "ServiceAccount",
      apiVersion: "v1",
      metadata: { name: "default" },
    });
});

test("a pod that violates what is enforced is refused", async () => {
  const { status, text } = await ask("POST /api/v1/namespaces/strict/pods", pod("p"));
  assert.equal(status, 403);
  assert.equal(text, `pods "p" is forbidden: violates PodSecurity "baseline:latest": ${violation}`);
});

test("a workload whose pods would be refused is made, with a warning", async () => {
  const template = { metadata: { labels: { a: "b" } }, spec: podSpec };
  const { status, warnings } = await ask("POST /apis/apps/v1/namespaces/strict/deployments", {
    ...{ kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "d" } },
    spec: { selector: { matchLabels: { a: "b" } }, template },
  });
  assert.equal(status, 201);
  assert.ok(warnings[0]?.includes(`would violate PodSecurity \\"baseline:latest\\": ${violation}`), warnings[0]);
});

test("a namespace that becomes stricter is told of the pods that do not fit", async () => {
  for (const name of ["b", "a"]) await ask("POST /api/v1/namespaces/free/pods", pod(name));
  const patch = { metadata: { labels: { [label("enforce")]: "restricted" } } };
  const merge = "application/merge-patch+json";
  const { warnings } = await ask("PATCH /api/v1/namespaces/free", patch, undefined, merge);
  assert.match(warnings.join("\n"), /existing pods in namespace \\"free\\" violate .* \\"restricted:latest\\"/);
  assert.match(warnings.join("\n"), /a \(and 1 other pod\): host namespaces, /);
});

test("a namespace whose label is no level is refused", async () => {
  const { status, text } = await ask("POST /api/v1/namespaces", namespace("odd", { [label("warn")]: "x" }));
  assert.equal(status, 422);
  assert.match(text, /must be one of privileged, baseline, restricted/);
});
