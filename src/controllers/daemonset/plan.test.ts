import assert from "node:assert/strict";
import { test } from "node:test";
import type { DaemonSet, Node, Pod } from "../../client/kinds.ts";
import { daemonSet, epoch, node, pod } from "../test-objects.ts";
import { pinnedTo, placementOn, targetOf, tolerationsOf } from "./placement.ts";
import { hashLabel, planDaemons } from "./plan.ts";
import { planRollingUpdate } from "./rolling-update.ts";

const taint = (effect: string) => ({ taints: [{ key: "k", effect }] });
const places: { name: string; spec?: object; node: Node; want: string }[] = [
  { name: "every node", node: node("n"), want: "wanted, may stay" },
  { name: "not a tainted one, though what is there stays", node: node("n", taint("NoSchedule")), want: "may stay" },
  { name: "nothing stays where nothing may run", node: node("n", taint("NoExecute")), want: "" },
  {
    name: "trouble of the node is put up with",
    node: node("n", { taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] }),
    want: "wanted, may stay",
  },
  {
    name: "only nodes that are selected",
    spec: { nodeSelector: { zone: "b" } },
    node: node("n", {}, { zone: "a" }),
    want: "",
  },
  { name: "only the node that is named", spec: { nodeName: "m" }, node: node("n"), want: "" },
];
for (const { name, spec, node: on, want } of places) {
  test(`placementOn: ${name}`, () => {
    const { wanted, mayStay } = placementOn(on, daemonSet({ template: { spec: { containers: [], ...spec } } }));
    assert.equal([wanted && "wanted", mayStay && "may stay"].filter(Boolean).join(", "), want);
  });
}

test("a pod is pinned by the name of its node, in place of what was required; what is preferred stays", () => {
  const preferred = [{ weight: 1, preference: {} }];
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] },
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  };
  const spec = pinnedTo("n", { containers: [], affinity: { nodeAffinity } });
  assert.deepEqual(spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution, preferred);
  assert.equal(targetOf({ ...pod("a", { node: "" }), spec }), "n");
  assert.equal(tolerationsOf({ containers: [], hostNetwork: true }).length, 7);
});

const of = (node: string, hash: string, more: object = {}): Pod =>
  pod(`${node}-${hash}`, { node, labels: { [hashLabel]: hash }, ...more });
const daemons = (set: DaemonSet, pods: readonly Pod[], nodes = ["a", "b", "c"]) => {
  const byNode = new Map<string, Pod[]>();
  for (const one of pods) byNode.set(targetOf(one) ?? "", [...(byNode.get(targetOf(one) ?? "") ?? []), one]);
  return { set, nodes: nodes.map((name) => node(name)), pods: byNode, hash: "new", now: epoch };
};
const names = (pods: readonly Pod[]): string => pods.map(({ metadata }) => metadata.name).join();

const plans: { name: string; set?: object; pods: Pod[]; want: string }[] = [
  { name: "a pod for each node without one", pods: [of("a", "new")], want: "create b,c; remove " },
  {
    name: "not before the old one is gone",
    pods: ["a", "b", "c"].map((n) => of(n, "new", { leaving: n === "a" })),
    want: "create ; remove ",
  },
  {
    name: "of two the older stays",
    pods: [of("a", "new"), of("b", "new"), of("c", "new"), of("a", "old", { made: 5 })],
    want: "create ; remove a-old",
  },
];
for (const { name, set, pods, want } of plans) {
  test(`planDaemons: ${name}`, () => {
    const { create, remove } = planDaemons(daemons(daemonSet(set), pods));
    assert.equal(`create ${create.join()}; remove ${names(remove)}`, want);
  });
}

const updating = (rollingUpdate: object) => daemonSet({ updateStrategy: { type: "RollingUpdate", rollingUpdate } });
const all = ["a", "b", "c"].map((n) => of(n, "old"));
const updates: { name: string; limits: object; pods: Pod[]; want: string }[] = [
  { name: "one at a time", limits: { maxUnavailable: 1 }, pods: all, want: "create ; remove a-old" },
  { name: "shares are rounded up", limits: { maxUnavailable: "50%" }, pods: all, want: "create ; remove a-old,b-old" },
  {
    name: "waits for the new one",
    limits: { maxUnavailable: 1 },
    pods: [of("a", "new", { ready: false }), of("b", "old"), of("c", "old")],
    want: "create ; remove ",
  },
  {
    name: "what is broken is replaced in any case",
    limits: { maxUnavailable: 1 },
    pods: [of("a", "new", { ready: false }), of("b", "old", { ready: false }), of("c", "old")],
    want: "create ; remove b-old",
  },
  {
    name: "with a surge the new one comes first",
    limits: { maxSurge: 1, maxUnavailable: 0 },
    pods: all,
    want: "create a; remove ",
  },
  {
    name: "and the old one goes when it is there",
    limits: { maxSurge: 1, maxUnavailable: 0 },
    pods: [...all, of("a", "new")],
    want: "create b; remove a-old",
  },
];
for (const { name, limits, pods, want } of updates) {
  test(`planRollingUpdate: ${name}`, () => {
    const { create, remove } = planRollingUpdate(daemons(updating(limits), pods));
    assert.equal(`create ${create.join()}; remove ${names(remove)}`, want);
  });
}
