import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, ContainerStatus, Pod, PodStatus } from "../generated/core-v1.ts";
import { podPrinter, podStatusWord } from "./pod-printer.ts";

const status = (name: string, state: ContainerStatus["state"], more: Partial<ContainerStatus> = {}): ContainerStatus =>
  ({
    name,
    ready: Boolean(state?.running),
    restartCount: 0,
    image: "",
    imageID: "",
    state,
    ...more,
  }) as ContainerStatus;
const runs = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const waits = (reason: string) => ({ waiting: { reason } });
const ended = (exitCode: number, reason = "", signal?: number) => ({
  terminated: { exitCode, reason, ...(signal && { signal }) },
});

interface Made extends Partial<PodStatus> {
  readonly init?: readonly Partial<Container>[];
  readonly deleted?: boolean;
}

function pod({ init = [], deleted, ...rest }: Made): Pod {
  return {
    metadata: { name: "p", ...(deleted && { deletionTimestamp: "2026-01-01T00:00:00Z" }) },
    spec: { containers: [{ name: "c" }], initContainers: init },
    status: { phase: "Running", ...rest },
  } as unknown as Pod;
}

const sidecar = { name: "s", restartPolicy: "Always" };
const cases: readonly { name: string; pod: Pod; want: string }[] = [
  { name: "the phase, as long as nothing is known", pod: pod({ phase: "Pending" }), want: "Pending" },
  { name: "the reason goes before the phase", pod: pod({ phase: "Failed", reason: "Evicted" }), want: "Evicted" },
  {
    name: "a gate holds it from the scheduler",
    pod: pod({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
    } as Made),
    want: "SchedulingGated",
  },
  {
    name: "a container waits",
    pod: pod({ containerStatuses: [status("c", waits("ErrImagePull"))] }),
    want: "ErrImagePull",
  },
  { name: "a container has ended", pod: pod({ containerStatuses: [status("c", ended(2))] }), want: "ExitCode:2" },
  { name: "a container was killed", pod: pod({ containerStatuses: [status("c", ended(0, "", 9))] }), want: "Signal:9" },
  {
    name: "one of its own accord",
    pod: pod({ containerStatuses: [status("c", ended(0, "Completed"))] }),
    want: "Completed",
  },
  {
    name: "one has completed, another runs",
    pod: pod({
      containerStatuses: [status("c", ended(0, "Completed")), status("d", runs)],
      conditions: [{ type: "Ready", status: "True" }],
    }),
    want: "Running",
  },
  {
    name: "one has completed, another is not ready",
    pod: pod({ containerStatuses: [status("c", ended(0, "Completed")), status("d", runs)] }),
    want: "NotReady",
  },
  {
    name: "the first init container is at work",
    pod: pod({ init: [{ name: "i" }, { name: "j" }], initContainerStatuses: [status("i", runs)] }),
    want: "Init:0/2",
  },
  {
    name: "an init container fails",
    pod: pod({ init: [{ name: "i" }], initContainerStatuses: [status("i", waits("CrashLoopBackOff"))] }),
    want: "Init:CrashLoopBackOff",
  },
  {
    name: "a sidecar that has started holds nothing up",
    pod: pod({
      init: [sidecar],
      initContainerStatuses: [status("s", runs, { started: true })],
      containerStatuses: [status("c", waits("ContainerCreating"))],
    }),
    want: "ContainerCreating",
  },
  { name: "it is to go", pod: pod({ deleted: true, containerStatuses: [status("c", runs)] }), want: "Terminating" },
  { name: "it is to go, but has ended", pod: pod({ deleted: true, phase: "Succeeded" }), want: "Succeeded" },
  { name: "its node is lost", pod: pod({ deleted: true, reason: "NodeLost" }), want: "Unknown" },
]; // prettier-ignore

for (const { name, pod, want } of cases) test(`pod status: ${name}`, () => assert.equal(podStatusWord(pod), want));

test("pod cells: a sidecar counts as a container, and restarts tell how long ago", () => {
  const now = Date.parse("2026-01-01T01:00:00Z");
  const restarted = { lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:55:00Z" } }, restartCount: 3 };
  const made = pod({
    init: [sidecar],
    initContainerStatuses: [status("s", runs, { started: true })],
    containerStatuses: [status("c", runs, restarted as Partial<ContainerStatus>)],
    conditions: [{ type: "Ready", status: "True" }],
  });
  const [name, ready, word, restarts] = podPrinter.cells(made as never, now);
  assert.deepEqual([name, ready, word, restarts], ["p", "2/2", "Running", "3 (5m ago)"]);
});
