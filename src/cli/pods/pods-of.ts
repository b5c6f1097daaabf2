/** The pods behind a workload or a service: `deploy/web`, `job/backup`, `svc/web`. */
import type { KubeObject, LabelSelector } from "../../api/object.ts";
import { sleep } from "../../base/clock.ts";
import { qualifiedName, type Resource } from "../../client/http/discovery.ts";
import type { Pod } from "../../client/kinds.ts";
import { targetsOf } from "../objects/arguments.ts";
import { VerbError } from "../verbs/failures.ts";
import type { Session } from "../verbs/session.ts";
import { labelSelectorFrom } from "./selector-text.ts";

/** The selector of an object's pods, as text. Throws VerbError for what has none. */
export function selectorOf(
  { kind = "", apiVersion = "" }: Pick<Resource, "kind"> & { apiVersion?: string },
  object: KubeObject,
): string {
  const { spec } = object as KubeObject & { readonly spec?: { readonly selector?: unknown } };
  const selector = spec?.selector;
  if (kind === "Service" || kind === "ReplicationController") {
    const pairs = Object.entries((selector ?? {}) as Record<string, string>);
    if (!pairs.length)
      throw new VerbError(
        `invalid ${kind.toLowerCase()} '${object.metadata.name}': Service is defined without a selector`,
      );
    return pairs.map(([key, value]) => `${key}=${value}`).join(",");
  }
  if (!selector || typeof selector !== "object")
    throw new VerbError(
      `cannot get the logs from ${apiVersion ? `${apiVersion}, ` : ""}Kind=${kind}: selector for ${kind} not implemented`,
    );
  return labelSelectorFrom(selector as LabelSelector);
}

export async function podsBehind(session: Session, resource: Resource, object: KubeObject): Promise<readonly Pod[]> {
  const pods = await session.resource("pods");
  const labelSelector = selectorOf(resource, object);
  const { items } = await session.client.list(pods, object.metadata.namespace, { labelSelector });
  return items as unknown as readonly Pod[];
}

const rank = ({ spec, status }: Pod): readonly number[] => [
  spec.nodeName ? 1 : 0,
  ["Pending", "Unknown", "Running"].indexOf(status.phase ?? ""),
  (status.conditions ?? []).some((c) => c.type === "Ready" && c.status === "True") ? 1 : 0,
];

/** Those that work come first. */
export const byActivity = (a: Pod, b: Pod): number => {
  const [x, y] = [rank(a), rank(b)];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return (y[i] as number) - (x[i] as number);
  return 0;
};

/** One pod of `pod/a`, `a`, `deploy/web`, to run something in; waits a moment for a workload's first. */
export async function podFor(session: Session, word: string, timeoutMs = 60_000): Promise<Pod> {
  const { client } = session;
  const args = word.includes("/") ? [word] : ["pods", word];
  const [target] = (await targetsOf(session, args)).targets;
  if (!target?.name) throw new VerbError(`expected a name: ${word}`);
  const { resource, namespace, name } = target;
  const object = await client.get(resource, namespace, name);
  if (qualifiedName(resource) === "pods") return object as unknown as Pod;
  const { clock } = session.environment;
  for (const until = clock.now() + timeoutMs; ; await sleep(clock, 500)) {
    const found = (await podsBehind(session, resource, object)).toSorted(byActivity);
    if (found[0]) return found[0];
    if (clock.now() >= until) throw new VerbError("timed out waiting for the condition");
  }
}
