/** What a runtime says over CRI, in the contract's shapes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ContainerStatusAnswer, containerStatusFrom } from "./answers.ts";

const nanoseconds = (ms: number): string => String(BigInt(ms) * 1_000_000n);
const answer = (startedMs: number, finishedMs: number): ContainerStatusAnswer =>
  ({
    ...{
      id: "c",
      metadata: { name: "main", attempt: 0 },
      image: { image: "i" },
      imageRef: "i",
      state: "CONTAINER_EXITED",
    },
    ...{
      createdAt: nanoseconds(1),
      labels: {},
      annotations: {},
      exitCode: 3,
      reason: "Error",
      message: "",
      logPath: "",
    },
    ...{ startedAt: nanoseconds(startedMs), finishedAt: nanoseconds(finishedMs) },
  }) as unknown as ContainerStatusAnswer;

for (const [what, started, finished, expected] of [
  ["runs", 1000, 0, [1000, 0]],
  ["has ended", 1000, 2000, [1000, 2000]],
  ["has ended before the runtime heard of its start", 1003, 1000, [1000, 1000]],
  ["was never started, and is over", 0, 1000, [0, 1000]],
] as const)
  test(`the times of a container that ${what}`, () => {
    const { startedAt, finishedAt } = containerStatusFrom(answer(started, finished), "s");
    assert.deepEqual([startedAt, finishedAt], expected);
  });
