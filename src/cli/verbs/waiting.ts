/** Waiting for an object to become something. */
import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Resource } from "../../client/http/discovery.ts";
import { pathOf } from "../../client/http/rest-client.ts";
import { isNotFound } from "../objects/manifests.ts";
import type { Session } from "./session.ts";

export interface Awaited {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Throws, or tells by true that the wait is over; undefined stands for an object that is not there. */
export type Condition = (object: KubeObject | undefined) => boolean;

const weekMs = 7 * 24 * 3_600_000;

/**
 * Watches one object until the condition holds. Resolves to false if it did not within `timeoutMs` (negative: a week; 0:
 * looks once).
 */
export async function waitFor(
  session: Session,
  target: Awaited,
  condition: Condition,
  timeoutMs: number,
): Promise<boolean> {
  const { client, environment } = session;
  const { resource, namespace, name } = target;
  const over = new AbortController();
  const timer = environment.clock.after(timeoutMs < 0 ? weekMs : timeoutMs, () => over.abort());
  const fieldSelector = `metadata.name=${name}`;
  try {
    for (;;) {
      const { items, metadata } = await client.list(resource, namespace, { fieldSelector });
      if (condition(items[0])) return true;
      if (timeoutMs === 0 || over.signal.aborted) return false;
      const query = { fieldSelector, resourceVersion: metadata.resourceVersion };
      if (await watched(session, pathOf(resource, namespace), query, condition, over.signal)) return true;
      if (over.signal.aborted) return false;
    }
  } finally {
    timer.cancel();
    over.abort();
  }
}

async function watched(
  { client }: Session,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  condition: Condition,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for await (const { type, object } of client.watch(path, query, signal)) {
      if (type !== "BOOKMARK" && condition(type === "DELETED" ? undefined : object)) return true;
    }
  } catch (error) {
    if (signal.aborted) return false;
    if (!(error instanceof ApiError && (error.reason === "Expired" || error.reason === "Gone"))) throw error;
  }
  return false;
}

/** Waits until the object of this uid is gone. */
export const waitGone = (
  session: Session,
  target: Awaited,
  uid: string | undefined,
  timeoutMs: number,
): Promise<boolean> =>
  waitFor(
    session,
    target,
    (object) => object === undefined || (uid !== undefined && object.metadata.uid !== uid),
    timeoutMs,
  );

export const optional = (promise: Promise<KubeObject>): Promise<KubeObject | undefined> =>
  promise.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
