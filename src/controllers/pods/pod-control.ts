/** Makes and deletes the pods of an owner, and tells about it as upstream does. */
import { ApiError } from "../../api/errors.ts";
import type { Client } from "../../client/client.ts";
import { type Pod, type PodTemplate, pods } from "../../client/kinds.ts";
import { type EventRecorder, regarding } from "../../reconciler/events.ts";
import { type Owner, ownerReference } from "../ownership/claim.ts";

export type PodTemplateSpec = PodTemplate["template"];

export interface PodControl {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly owner: Owner;
}

const longestName = 253;

/** The pod that a template describes, yet without a name: the server appends one to the owner's. */
export function podFromTemplate(template: PodTemplateSpec, owner: Owner): Pod {
  const { namespace, name = "" } = owner.object.metadata;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const metadata: Pod["metadata"] = {
    namespace,
    generateName: name.length < longestName ? `${name}-` : name,
    labels,
    annotations,
    finalizers,
    ownerReferences: [ownerReference(owner)],
  };
  // the server fills in the status
  return { metadata, spec: template.spec } as Pod;
}

/** The namespace takes nothing new any more; there is nothing to be told or tried again. */
export const isEndingNamespace = (error: unknown): boolean =>
  error instanceof ApiError && (error.details?.causes?.some((c) => c.reason === "NamespaceTerminating") ?? false);

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function createPod(pod: Pod, { client, events, owner }: PodControl): Promise<Pod> {
  const about = regarding(owner.kind, owner.object);
  try {
    const made = await client.create(pods, pod);
    events.normal(about, "SuccessfulCreate", `Created pod: ${made.metadata.name}`);
    return made;
  } catch (error) {
    if (!isEndingNamespace(error)) events.warning(about, "FailedCreate", `Error creating: ${textOf(error)}`);
    throw error;
  }
}

/** A pod that is gone already is none the worse for it. */
export async function deletePod({ metadata }: Pod, { client, events, owner }: PodControl): Promise<void> {
  const { namespace, name = "" } = metadata;
  const about = regarding(owner.kind, owner.object);
  try {
    await client.delete(pods, { namespace, name });
    events.normal(about, "SuccessfulDelete", `Deleted pod: ${name}`);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return;
    events.warning(about, "FailedDelete", `Error deleting: ${textOf(error)}`);
    throw new Error(`unable to delete pods: ${textOf(error)}`, { cause: error });
  }
}
