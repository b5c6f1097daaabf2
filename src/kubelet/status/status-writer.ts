/**
 * Brings the statuses of pods to the API, and the pods whose end is complete out of it (kubelet's status manager).
 * Promises: the newest status of a pod is written last; one that says nothing new is not written; a write that fails is
 * tried again; a pod is never written under the name of another.
 */
import { ApiError } from "../../api/errors.ts";
import { deepEqual } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import { type Cause, type Client, causeOf } from "../../client/client.ts";
import { type Pod, pods } from "../../client/kinds.ts";
import type { PodStatus } from "../pod/spec.ts";

interface Wanted {
  readonly pod: Pod;
  readonly status: PodStatus;
  /** The pod is to be deleted once this is written: all that was of it is gone. */
  readonly finished: boolean;
}

export class StatusWriter {
  readonly #client: Client;
  readonly #queue: WorkQueue<Cause>;
  readonly #wanted = new Map<string, Wanted>();
  readonly #latest: (uid: string) => Pod | undefined;

  /** `latest`: the pod as the API has it now. */
  constructor(
    client: Client,
    clock: Clock,
    latest: (uid: string) => Pod | undefined,
    onError: (error: unknown) => void,
  ) {
    this.#client = client;
    this.#latest = latest;
    this.#queue = new WorkQueue<Cause>({
      clock,
      workers: 10,
      work: (uid, cause) => this.#write(uid, cause),
      backoff: { baseMs: 100, maxMs: 10_000 },
      onError: (_uid, error) => onError(error),
    });
  }

  /** The status last given for the pod. */
  get(uid: string): PodStatus | undefined {
    return this.#wanted.get(uid)?.status;
  }

  set(pod: Pod, status: PodStatus): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#wanted.get(uid);
    if (known?.finished) return;
    const isNew = !known || !deepEqual(known.status, status);
    this.#wanted.set(uid, { pod, status, finished: false });
    if (isNew) this.#queue.add(uid, causeOf(pod));
  }

  /** All of the pod is gone from the node: it may go from the API. */
  finish(pod: Pod, status: PodStatus): void {
    const uid = pod.metadata.uid ?? "";
    this.#wanted.set(uid, { pod, status, finished: true });
    this.#queue.add(uid, causeOf(pod));
  }

  forget(uid: string): void {
    this.#wanted.delete(uid);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #write(uid: string, cause: Cause | undefined): Promise<void> {
    const wanted = this.#wanted.get(uid);
    if (!wanted) return;
    const client = this.#client.because(cause);
    const { namespace, name = "" } = wanted.pod.metadata;
    try {
      const current = this.#latest(uid) ?? (await client.get(pods, { namespace, name }));
      if (current.metadata.uid !== uid) return;
      const status = merged(current, wanted.status);
      if (!deepEqual(current.status, status)) {
        await client.update(pods, { ...current, status }, { subresource: "status" });
      }
      if (wanted.finished && current.metadata.deletionTimestamp) {
        await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
      }
    } catch (error) {
      if (error instanceof ApiError && error.reason === "NotFound") return;
      throw error;
    }
  }
}

/** Ours, and what others have written of conditions and fields that are not ours. */
function merged(current: Pod, status: PodStatus): PodStatus {
  const ours = new Set((status.conditions ?? []).map((c) => c.type));
  const others = (current.status.conditions ?? []).filter((c) => !ours.has(c.type));
  const { nominatedNodeName: _done, reason: _reason, message: _message, ...kept } = current.status;
  return { ...kept, ...status, conditions: [...others, ...(status.conditions ?? [])] };
}
