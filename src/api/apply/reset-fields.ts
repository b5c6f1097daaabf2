/**
 * What a write through one path cannot change, so that nobody comes to manage it there: the strategies put these fields
 * back or drop them. Below a name, all fields are meant.
 */
import type { Kind } from "../kind.ts";
import { excluding, type FieldNode, type FieldSet, isMember, nodeOf, setOf } from "./field-set.ts";

/** Leaves of a set what a path may write. */
export type WritableFields = (set: FieldSet) => FieldSet;

const pathOf = (text: string): string[] => text.split(".").map((name) => (name === "*" ? name : `f:${name}`));

function allBut(...texts: readonly string[]): WritableFields {
  const fields = setOf(...texts.map(pathOf));
  return (set) => excluding(set, fields);
}

/** `*` stands for any one element. */
function only(...texts: readonly string[]): WritableFields {
  const patterns = texts.map(pathOf);
  return (set) => matching(set, patterns);
}

function matching(set: FieldSet, patterns: readonly (readonly string[])[]): FieldSet {
  const out: FieldNode = {};
  for (const element in set) {
    const fitting = patterns.filter(([head]) => head === element || head === "*");
    const node = set[element] as FieldSet;
    if (!fitting.length || element === ".") continue;
    const rest = fitting.map((pattern) => pattern.slice(1));
    const kept = rest.some((pattern) => !pattern.length) ? node : nodeOf(isMember(node), matching(node, rest));
    if (kept) out[element] = kept;
  }
  return out;
}

const everything: WritableFields = (set) => set;
const butStatus = allBut("status");
const butSpec = allBut("spec");
const butSpecAndMetadata = allBut("spec", "metadata");

/** By `kind.group/subresource` where it is not the rule: at the main path all but status, at `status` all but spec. */
const exceptions: Readonly<Record<string, WritableFields>> = {
  "Pod/status": allBut("spec", "metadata.deletionTimestamp", "metadata.ownerReferences"),
  "Pod/resize": only(
    ...["containers", "initContainers"].flatMap((list) => [`spec.${list}.*.resources`, `spec.${list}.*.resizePolicy`]),
  ),
  "Pod/ephemeralcontainers": only("spec.ephemeralContainers"),
  "Namespace/finalize": butStatus,
  "Deployment.apps/status": allBut("spec", "metadata.labels"),
  "CertificateSigningRequest.certificates.k8s.io/": allBut("spec", "status"),
  "CertificateSigningRequest.certificates.k8s.io/status": allBut("spec", "status.conditions"),
  "CertificateSigningRequest.certificates.k8s.io/approval": allBut("spec", "status.certificate"),
  "APIService.apiregistration.k8s.io/status": butSpecAndMetadata,
  "FlowSchema.flowcontrol.apiserver.k8s.io/status": butSpecAndMetadata,
  "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io/status": butSpecAndMetadata,
  "VolumeAttachment.storage.k8s.io/status": butSpecAndMetadata,
  "ServiceCIDR.networking.k8s.io/status": butSpecAndMetadata,
  "ResourceClaim.resource.k8s.io/status": butSpecAndMetadata,
  "ValidatingAdmissionPolicy.admissionregistration.k8s.io/status": butSpecAndMetadata,
};

/** Leaves of a set what a write to `subresource` (empty for the main path) may change. */
export function writableFields(kind: Kind, subresource: string): WritableFields {
  const name = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  const exception = exceptions[`${name}/${subresource}`];
  if (exception) return exception;
  const custom = kind.schema.groupVersion === ""; // its type is not written down, but came in a definition
  if (subresource === "status") return custom ? butSpecAndMetadata : butSpec;
  return subresource === "" && kind.hasStatus ? butStatus : everything;
}
