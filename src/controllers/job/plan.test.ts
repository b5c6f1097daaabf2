import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job, Pod } from "../../client/kinds.ts";
import { epoch, job, type PodOptions, pod } from "../test-objects.ts";
import { observe } from "./observe.ts";
import { planJob } from "./plan.ts";
import { noFailures } from "./pod-backoff.ts";
import { failureCountAnnotation, indexAnnotation, trackingFinalizer } from "./pod-facts.ts";
import { countReleased, trackEnded } from "./track.ts";

const tracked = (name: string, phase = "Running", more: PodOptions = {}): Pod =>
  pod(name, { phase, finalizers: [trackingFinalizer], ...more });
const numbered = (index: number, phase = "Running", more: PodOptions = {}): Pod =>
  tracked(`p${index}`, phase, { ...more, annotations: { [indexAnnotation]: String(index), ...more.annotations } });
const indexed = (spec: object) => job({ completionMode: "Indexed", completions: 3, parallelism: 3, ...spec });

function show(of: Job, pods: readonly Pod[], seconds = 0): string {
  const now = epoch + seconds * 1000;
  const plan = planJob(observe(of, pods, noFailures, now), now);
  switch (plan.do) {
    case "nothing":
      return "nothing";
    case "wait":
      return `wait ${plan.ms / 1000} s`;
    case "remove":
      return `remove ${plan.pods.map(({ metadata }) => metadata.name).join()}`;
    case "create":
      return `create ${plan.indexes ? plan.indexes.join() : plan.count}`;
  }
}

const plans: { name: string; job: Job; pods: Pod[]; seconds?: number; want: string }[] = [
  { name: "as many as may be at once", job: job({ completions: 5, parallelism: 2 }), pods: [], want: "create 2" },
  {
    name: "no more than are needed",
    job: job({ completions: 5, parallelism: 3 }, { succeeded: 4 }),
    pods: [],
    want: "create 1",
  },
  {
    name: "nothing new after a success of a queue",
    job: job({ completions: undefined, parallelism: 3 }),
    pods: [tracked("a"), tracked("b", "Succeeded")],
    want: "nothing",
  },
  {
    name: "too many: the one not ready goes",
    job: job({ completions: 5 }),
    pods: [tracked("a"), tracked("b", "Pending")],
    want: "remove b",
  },
  {
    name: "suspended: all go",
    job: job({ suspend: true, parallelism: 2, completions: 2 }),
    pods: [tracked("a"), tracked("b")],
    want: "remove a,b",
  },
  {
    name: "ten seconds after a failure",
    job: job(),
    pods: [tracked("a", "Failed", { exitCode: 1 })],
    seconds: 4,
    want: "wait 6 s",
  },
  {
    name: "and then again",
    job: job(),
    pods: [tracked("a", "Failed", { exitCode: 1 })],
    seconds: 10,
    want: "create 1",
  },
  { name: "numbers that are missing", job: indexed({}), pods: [numbered(1)], want: "create 0,2" },
  {
    name: "not those that have succeeded",
    job: indexed({}),
    pods: [numbered(1, "Succeeded"), numbered(0)],
    want: "create 2",
  },
  { name: "a pod without a number goes", job: indexed({}), pods: [tracked("x"), numbered(0)], want: "remove x" },
  {
    name: "each number waits for itself",
    job: indexed({ backoffLimitPerIndex: 3 }),
    pods: [numbered(0, "Failed", { exitCode: 1 })],
    seconds: 4,
    want: "create 1,2",
  },
  {
    name: "twice as long the second time",
    job: indexed({ backoffLimitPerIndex: 3, completions: 1 }),
    pods: [numbered(0, "Failed", { exitCode: 1, annotations: { [failureCountAnnotation]: "1" } })],
    seconds: 4,
    want: "wait 16 s",
  },
  {
    name: "a pod on its way out is replaced at once",
    job: job(),
    pods: [tracked("a", "Running", { leaving: true })],
    seconds: 20,
    want: "create 1",
  },
  {
    name: "or only once it has failed",
    job: job({ podReplacementPolicy: "Failed" }),
    pods: [tracked("a", "Running", { leaving: true })],
    seconds: 20,
    want: "nothing",
  },
];
for (const { name, job: of, pods, seconds, want } of plans) {
  test(`planJob: ${name}`, () => assert.equal(show(of, pods, seconds), want));
}

const policy = (action: string) => ({
  podFailurePolicy: { rules: [{ action, onExitCodes: { operator: "In", values: [42] } }] },
});
const failed = tracked("a", "Failed", { exitCode: 42 });
const ends: { name: string; job: Job; pods: Pod[]; seconds?: number; want: string | undefined }[] = [
  { name: "goes on", job: job(), pods: [failed], want: undefined },
  {
    name: "too many failures",
    job: job({ backoffLimit: 0 }),
    pods: [failed],
    want: "FailureTarget BackoffLimitExceeded",
  },
  { name: "an ignored failure", job: job({ backoffLimit: 0, ...policy("Ignore") }), pods: [failed], want: undefined },
  {
    name: "a code that fails all",
    job: job(policy("FailJob")),
    pods: [failed],
    want: "FailureTarget PodFailurePolicy",
  },
  {
    name: "too slow",
    job: job({ activeDeadlineSeconds: 5 }),
    pods: [],
    seconds: 5,
    want: "FailureTarget DeadlineExceeded",
  },
  {
    name: "a number has failed, and the others are done",
    job: indexed({ completions: 2, backoffLimitPerIndex: 0 }),
    pods: [numbered(0, "Failed"), numbered(1, "Succeeded")],
    want: "FailureTarget FailedIndexes",
  },
  {
    name: "too many numbers have failed",
    job: indexed({ backoffLimitPerIndex: 0, maxFailedIndexes: 1 }),
    pods: [numbered(0, "Failed"), numbered(1, "Failed")],
    want: "FailureTarget MaxFailedIndexesExceeded",
  },
  {
    name: "one success is enough",
    job: indexed({ successPolicy: { rules: [{ succeededIndexes: "1" }] } }),
    pods: [numbered(1, "Succeeded")],
    want: "SuccessCriteriaMet SuccessPolicy",
  },
  {
    name: "restarts in place count, too",
    job: job({ backoffLimit: 2, template: { spec: { restartPolicy: "OnFailure", containers: [] } } }),
    pods: [tracked("a", "Running", { restarts: 2 })],
    want: "FailureTarget BackoffLimitExceeded",
  },
];
for (const { name, job: of, pods, seconds = 0, want } of ends) {
  test(`observe: ${name}`, () => {
    const { end } = observe(of, pods, noFailures, epoch + seconds * 1000);
    assert.equal(end && `${end.type} ${end.reason}`, want);
  });
}

test("the message of a failure names container, pod, code and rule", () => {
  const { end } = observe(job(policy("FailJob")), [failed], noFailures, epoch);
  assert.equal(end?.message, "Container c for pod ns/a failed with exit code 42 matching FailJob rule at index 0");
});

test("a pod that has ended is written down, released, and only then counted", () => {
  const pods = [tracked("a", "Succeeded"), tracked("b", "Failed"), tracked("c")];
  const of = job({ completions: 5 });
  const { status, release } = trackEnded(observe(of, pods, noFailures, epoch), of.status, undefined);
  assert.deepEqual(status.uncountedTerminatedPods, { succeeded: ["a"], failed: ["b"] });
  assert.deepEqual(
    release.map(({ metadata }) => metadata.name),
    ["a", "b"],
  );
  const halfway = countReleased(status, new Set(["b", "c"]));
  assert.deepEqual(
    [halfway.succeeded, halfway.failed, halfway.uncountedTerminatedPods],
    [1, undefined, { failed: ["b"] }],
  );
  assert.deepEqual(countReleased(halfway, new Set(["c"])).failed, 1);
});
