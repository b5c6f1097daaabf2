/** What the server decides about a new Job: the labels by which it knows its pods. */
import { dropGatedFields } from "../core/gated-fields.ts";
import type { Job } from "../generated/batch-v1.ts";
import type { Draft } from "../object.ts";

export const jobNameLabel = "batch.kubernetes.io/job-name";
export const legacyJobNameLabel = "job-name";
export const controllerUidLabel = "batch.kubernetes.io/controller-uid";
export const legacyControllerUidLabel = "controller-uid";

export function prepareJobForCreate(object: Draft): void {
  const job = object as unknown as Job;
  if (!job.spec.manualSelector) generateSelector(job);
  dropGatedFields(job.spec.template?.spec);
}

export function prepareJobForUpdate(object: Draft): void {
  dropGatedFields((object as unknown as Job).spec.template?.spec);
}

/** Labels that a client has set stay as they are: validation tells it that they are wrong. */
function generateSelector({ metadata, spec }: Job): void {
  const [name, uid] = [metadata.name ?? "", metadata.uid ?? ""];
  spec.template.metadata ??= {};
  // labels that the Job took over from its template stay the same as those
  const shared = !metadata.labels || metadata.labels === spec.template.metadata.labels;
  spec.template.metadata.labels = {
    [legacyJobNameLabel]: name,
    [jobNameLabel]: name,
    [legacyControllerUidLabel]: uid,
    [controllerUidLabel]: uid,
    ...spec.template.metadata.labels,
  };
  if (shared) metadata.labels = spec.template.metadata.labels;
  spec.selector ??= {};
  spec.selector.matchLabels = { [controllerUidLabel]: uid, ...spec.selector.matchLabels };
}
