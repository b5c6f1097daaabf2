/** Removes all objects of a kind whose definition goes. */
import type { Kind } from "../../api/kind.ts";
import { deleteObject } from "../registry/delete.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import { ownContext } from "./own-context.ts";

const workers = 16;

/** Resolves when there are none any more; finalizers may keep them for long. Rejects when `signal` ends the waiting. */
export async function removeInstances(registry: Registry, kind: Kind, signal: AbortSignal): Promise<void> {
  const prefix = prefixOf(kind);
  const { entries, revision } = await registry.store.list(prefix);
  const waiting = entries.filter(({ value }) => !value.metadata.deletionTimestamp);
  const work = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry && !signal.aborted; entry = waiting.shift()) {
      const { name = "", namespace = "" } = entry.value.metadata;
      const request = { kind, namespace, name, options: {}, context: ownContext(registry) };
      await deleteObject(registry, request).catch((error: unknown) => {
        if ((error as { reason?: string }).reason !== "NotFound") throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  await untilEmpty(registry, prefix, entries.length, revision, signal);
}

/** Waits until as many objects have gone as there are, and as have come since `revision`. */
async function untilEmpty(
  registry: Registry,
  prefix: string,
  count: number,
  revision: number,
  signal: AbortSignal,
): Promise<void> {
  let left = count;
  let watching: { stop(): void } | undefined;
  let end: (error?: Error) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  const abort = (): void => end(new Error("the server is stopping"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    watching = await registry.store.watch({
      since: revision,
      prefix,
      onChanges: (changes) => {
        for (const { before, after } of changes) left += (after ? 1 : 0) - (before ? 1 : 0);
        if (left === 0) end();
      },
      onEnd: end,
    });
    if (left === 0) end();
    if (signal.aborted) abort();
    await done;
  } finally {
    signal.removeEventListener("abort", abort);
    watching?.stop();
  }
}
