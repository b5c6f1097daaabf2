import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod, StatefulSet } from "../../client/kinds.ts";
import { dataHash, templateData } from "../revisions/template-data.ts";
import { epoch, type PodOptions, pod, statefulSet, template } from "../test-objects.ts";
import { areOwnersRight, withOwners } from "./claim-owners.ts";
import { claimsOf, revisionLabel, revisionOf } from "./identity.ts";
import { planCondemned, planReplica, planSet, planUpdate, type Revision, statusOf } from "./plan.ts";

const revision = (name: string, image: string): Revision => ({
  name,
  template: statefulSet({ template: template(image) }).spec.template,
});
const current = revision("one", "i:1");
const update = revision("two", "i:2");
const of = (ordinal: number, revision = "one", more: PodOptions = {}): Pod =>
  pod(`db-${ordinal}`, { labels: { [revisionLabel]: revision }, ...more });
const plan = (set: StatefulSet, pods: readonly Pod[]) => planSet(set, current, update, pods, epoch);

/** What is done, up to the first pod that says to wait. */
function steps(set: StatefulSet, pods: readonly Pod[]): string {
  const made = plan(set, pods);
  const told: string[] = [];
  for (const one of made.replicas) {
    const step = planReplica(one, made);
    told.push(`${step} ${one.metadata.name}`);
    if (made.inOrder && step !== "keep") return told.join(", ");
  }
  for (const one of made.condemned) told.push(`${planCondemned(one, made)} ${one.metadata.name}`);
  return told.join(", ");
}

const parallel = { podManagementPolicy: "Parallel" };
const cases: { name: string; set: StatefulSet; pods: Pod[]; want: string }[] = [
  { name: "begins with the first", set: statefulSet(), pods: [], want: "create db-0" },
  { name: "waits until it is ready", set: statefulSet(), pods: [of(0, "one", { ready: false })], want: "wait db-0" },
  { name: "then goes on", set: statefulSet(), pods: [of(0)], want: "keep db-0, create db-1" },
  {
    name: "in parallel waits for none",
    set: statefulSet(parallel),
    pods: [of(0, "one", { ready: false })],
    want: "keep db-0, create db-1, create db-2",
  },
  {
    name: "counts from where it is told to",
    set: statefulSet({ ordinals: { start: 5 }, replicas: 1 }),
    pods: [],
    want: "create db-5",
  },
  {
    name: "a failed pod goes first",
    set: statefulSet(),
    pods: [of(0, "one", { phase: "Failed" })],
    want: "remove db-0",
  },
  {
    name: "from the top down",
    set: statefulSet({ replicas: 1 }),
    pods: [of(0), of(1), of(2)],
    want: "keep db-0, remove db-2, remove db-1",
  },
  {
    name: "no pod goes while another is broken",
    set: statefulSet({ replicas: 0 }),
    pods: [of(0, "one", { ready: false }), of(1, "one", { ready: false })],
    want: "wait db-1, remove db-0",
  },
];
for (const { name, set, pods, want } of cases) {
  test(`a StatefulSet ${name}`, () => assert.equal(steps(set, pods), want));
}

const partition = (count: number) => ({
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: count } },
});
const updates: { name: string; set: StatefulSet; pods: Pod[]; want: string | undefined }[] = [
  { name: "the last first", set: statefulSet(), pods: [of(0), of(1), of(2)], want: "db-2" },
  { name: "then the one before", set: statefulSet(), pods: [of(0), of(1), of(2, "two")], want: "db-1" },
  {
    name: "not while the last is broken",
    set: statefulSet(),
    pods: [of(0), of(1), of(2, "two", { ready: false })],
    want: undefined,
  },
  {
    name: "not below the partition",
    set: statefulSet(partition(2)),
    pods: [of(0), of(1), of(2, "two")],
    want: undefined,
  },
  {
    name: "never, where someone deletes by hand",
    set: statefulSet({ updateStrategy: { type: "OnDelete" } }),
    pods: [of(0), of(1), of(2)],
    want: undefined,
  },
];
for (const { name, set, pods, want } of updates) {
  test(`planUpdate: ${name}`, () => assert.equal(planUpdate(plan(set, pods))?.metadata.name, want));
}

test("below the partition a pod is made anew as it was", () => {
  const { replicas } = plan(statefulSet(partition(1)), []);
  assert.deepEqual(replicas.map(revisionOf), ["one", "two", "two"]);
});

test("an update is over when all pods are of it and ready", () => {
  const status = (pods: readonly Pod[]) => statusOf(plan(statefulSet(), pods), pods, 0, 0);
  assert.equal(status([of(0, "one"), of(1, "two"), of(2, "two")]).currentRevision, "one");
  assert.equal(status([of(0, "two"), of(1, "two"), of(2, "two")]).currentRevision, "two");
});

test("a claim goes with the set, and with a pod that is one too many", () => {
  const set = statefulSet({
    replicas: 1,
    persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete", whenDeleted: "Delete" },
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {} }],
  });
  const owners = (one: Pod) => {
    const [claim] = claimsOf(set, one);
    assert.ok(claim);
    const owned = withOwners(claim, set, one);
    assert.ok(areOwnersRight(owned, set, one));
    return [claim.metadata.name, ...(owned.metadata.ownerReferences ?? []).map(({ kind }) => kind)];
  };
  assert.deepEqual(owners(of(0)), ["data-db-0", "StatefulSet"]);
  assert.deepEqual(owners(of(1)), ["data-db-1", "Pod"]);
});

test("revisions have the names that upstream gives them", () => {
  const container = {
    name: "c",
    image: "i:1",
    imagePullPolicy: "IfNotPresent",
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  };
  const spec = {
    containers: [container],
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
  };
  assert.equal(dataHash(templateData({ metadata: { labels: { app: "web" } }, spec }), 0), "88b8c7b96");
});
