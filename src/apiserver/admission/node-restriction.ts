/** What a kubelet may write: its own node, lease and pods, and of those not everything (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction). */

import { node as nodeKind } from "../../api/core/node.ts";
import { persistentVolume as volumeKind } from "../../api/core/persistent-volume.ts";
import { persistentVolumeClaim as claimKind } from "../../api/core/persistent-volume-claim.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { apiReferenceOf, claimOf } from "../../api/core/pod-references.ts";
import type { ApiError } from "../../api/errors.ts";
import type { TokenRequest } from "../../api/generated/authentication-v1.ts";
import type { CertificateSigningRequest } from "../../api/generated/certificates-v1.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/generated/core-v1.ts";
import type { ResourceSlice } from "../../api/generated/resource-v1.ts";
import type { CSIDriver } from "../../api/generated/storage-v1.ts";
import { csiDriver as csiDriverKind } from "../../api/storage/csi-driver.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import { nodeOf } from "../authz/node-graph.ts";
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import type { SubjectOf } from "./certificates.ts";
import { forbiddenLabels } from "./node-labels.ts";
import { refused } from "./refuse.ts";

export interface NodeRestrictionOptions {
  readonly registry: () => Registry;
  readonly authorizer: Authorizer;
  readonly subjectOf: SubjectOf;
}

interface Asked {
  readonly node: string;
  readonly request: AdmissionRequest;
  readonly registry: Registry;
  readonly options: NodeRestrictionOptions;
  readonly refuse: (why: string) => ApiError;
}

export function nodeRestriction(options: NodeRestrictionOptions): AdmissionPlugin {
  return {
    name: "NodeRestriction",
    async admit(request) {
      const node = nodeOf(request.context.user);
      if (node === undefined || request.operation === "CONNECT") return;
      const refuse = (why: string): ApiError => refused(request, why);
      if (!node) throw refuse(`could not determine node from user ${quoted(request.context.user.name)}`);
      const { group, plural } = request.kind;
      await checks[group ? `${plural}.${group}` : plural]?.({
        node,
        request,
        registry: options.registry(),
        options,
        refuse,
      });
    },
  };
}

const quoted = (text: string): string => JSON.stringify(text);

const checks: Readonly<Record<string, (asked: Asked) => Promise<void> | void>> = {
  pods: (asked) => {
    const { subresource } = asked.request;
    if (subresource === "") return pod(asked);
    if (subresource === "status") return podStatus(asked);
    if (subresource === "eviction") return eviction(asked);
    throw asked.refuse(`unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`);
  },
  nodes: ownNode,
  persistentvolumeclaims: claimStatus,
  serviceaccounts: token,
  "leases.coordination.k8s.io": lease,
  "csinodes.storage.k8s.io": ({ node, request, refuse }) => {
    if (nameOf(request) !== node) throw refuse("can only access CSINode with the same name as the requesting node");
  },
  "resourceslices.resource.k8s.io": ({ node, request: { operation, object, old }, refuse }) => {
    if (operation === "UPDATE") return;
    const slice = (object ?? old) as unknown as ResourceSlice;
    const verb = operation === "CREATE" ? "create" : "delete";
    if (slice.spec.nodeName !== node)
      throw refuse(`can only ${verb} ResourceSlice with the same NodeName as the requesting node`);
  },
  "certificatesigningrequests.certificates.k8s.io": certificate,
};

/** The name of what is written; of a new object, the one that it bears. */
const nameOf = ({ operation, object, name }: AdmissionRequest): string =>
  operation === "CREATE" ? (object?.metadata.name ?? "") : name;

async function pod({ node, request, registry, refuse }: Asked): Promise<void> {
  if (request.operation === "CREATE") return mirrorPod({ node, request, registry, refuse });
  if (request.operation === "DELETE") {
    const existing = (await registry.get(podKind, request.namespace, request.name)) as unknown as Pod;
    if (existing.spec.nodeName !== node)
      throw refuse(`node ${quoted(node)} can only delete pods with spec.nodeName set to itself`);
    return;
  }
  throw refuse(
    `unexpected operation ${quoted(request.operation)}, node ${quoted(node)} can only create and delete mirror pods`,
  );
}

async function mirrorPod({
  node,
  request,
  registry,
  refuse,
}: Pick<Asked, "node" | "request" | "registry" | "refuse">): Promise<void> {
  const { metadata, spec } = request.object as unknown as Pod;
  const annotation = "kubernetes.io/config.mirror";
  const name = quoted(node);
  if (metadata.annotations?.[annotation] === undefined)
    throw refuse(`pod does not have ${quoted(annotation)} annotation, node ${name} can only create mirror pods`);
  if (spec.nodeName !== node) throw refuse(`node ${name} can only create pods with spec.nodeName set to itself`);
  const [owner, ...more] = metadata.ownerReferences ?? [];
  if (more.length) throw refuse(`node ${name} can only create pods with a single owner reference set to itself`);
  if (owner?.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== node)
    throw refuse(`node ${name} can only create pods with an owner reference set to itself`);
  if (!owner.controller)
    throw refuse(`node ${name} can only create pods with a controller owner reference set to itself`);
  if (owner.blockOwnerDeletion) throw refuse(`node ${name} must not set blockOwnerDeletion on an owner reference`);
  const { uid } = (await registry.get(nodeKind, "", node)).metadata;
  if (owner.uid !== uid) throw refuse(`node ${node} UID mismatch: expected ${owner.uid} got ${uid}`);
  const reference = apiReferenceOf(request.object as unknown as Pod);
  if (reference) throw refuse(`node ${name} can not create pods that reference ${reference}`);
}

function podStatus({ node, request, refuse }: Asked): void {
  const old = request.old as unknown as Pod;
  const now = request.object as unknown as Pod;
  if (request.operation !== "UPDATE") throw refuse(`unexpected operation ${quoted(request.operation)}`);
  const name = quoted(node);
  if (old.spec.nodeName !== node)
    throw refuse(`node ${name} can only update pod status for pods with spec.nodeName set to itself`);
  if (!same(old.metadata.labels ?? {}, now.metadata.labels ?? {}))
    throw refuse(`node ${name} cannot update labels through pod status`);
  if (!same(old.status?.resourceClaimStatuses ?? [], now.status?.resourceClaimStatuses ?? []))
    throw refuse(`node ${name} cannot update resource claim statues`);
  if (!same(old.status?.extendedResourceClaimStatus ?? null, now.status?.extendedResourceClaimStatus ?? null))
    throw refuse(`node ${name} cannot update extended resource claim status`);
}

async function eviction({ node, request, registry, refuse }: Asked): Promise<void> {
  const name = request.name || (request.object?.metadata.name ?? "");
  if (!name) throw refuse("could not determine pod from request data");
  const existing = (await registry.get(podKind, request.namespace, name)) as unknown as Pod;
  if (existing.spec.nodeName !== node)
    throw refuse(`node ${node} can only evict pods with spec.nodeName set to itself`);
}

function ownNode({ node, request, refuse }: Asked): void {
  const { operation } = request;
  const name = quoted(node);
  const wanted = nameOf(request);
  if (wanted !== node) throw refuse(`node ${name} is not allowed to modify node ${quoted(wanted)}`);
  if (operation === "DELETE") return;
  const now = request.object as unknown as Node;
  const old = request.old as unknown as Node | undefined;
  if (operation === "CREATE" && now.spec.configSource)
    throw refuse(`node ${name} is not allowed to create pods with a non-nil configSource`);
  if (operation === "UPDATE") {
    if (now.spec.configSource && !same(now.spec.configSource, old?.spec.configSource ?? null))
      throw refuse(`node ${name} is not allowed to update configSource to a new non-nil configSource`);
    if (!same(now.spec.taints ?? [], old?.spec.taints ?? []))
      throw refuse(`node ${name} is not allowed to modify taints`);
    if (!same(now.metadata.ownerReferences ?? [], old?.metadata.ownerReferences ?? []))
      throw refuse(`node ${name} is not allowed to modify ownerReferences`);
  }
  const labels = forbiddenLabels(now.metadata.labels ?? {}, old?.metadata.labels ?? {}).join(", ");
  if (!labels) return;
  throw refuse(
    operation === "CREATE"
      ? `node ${name} is not allowed to set the following labels: ${labels}`
      : `is not allowed to modify labels: ${labels}`,
  );
}

function claimStatus({ node, request, refuse }: Asked): void {
  if (request.subresource !== "status") throw refuse("may only update PVC status");
  if (request.operation !== "UPDATE") throw refuse(`unexpected operation ${quoted(request.operation)}`);
  const rest = ({ metadata, spec, status }: PersistentVolumeClaim): object => {
    const { resourceVersion: _, managedFields: __, ...others } = metadata;
    const {
      capacity: _c,
      conditions: _d,
      allocatedResources: _e,
      allocatedResourceStatuses: _f,
      ...more
    } = status ?? {};
    return { metadata: others, spec, status: more };
  };
  const [old, now] = [request.old, request.object] as unknown as [PersistentVolumeClaim, PersistentVolumeClaim];
  if (!same(rest(old), rest(now)))
    throw refuse(
      `node ${quoted(node)} is not allowed to update fields other than status.quantity and status.conditions`,
    );
}

function lease({ node, request, refuse }: Asked): void {
  if (request.namespace !== "kube-node-lease")
    throw refuse('can only access leases in the "kube-node-lease" system namespace');
  if (nameOf(request) !== node) throw refuse("can only access node lease with the same name as the requesting node");
}

async function certificate({ node, request, options, refuse }: Asked): Promise<void> {
  if (request.operation !== "CREATE") return;
  const { signerName, request: pem } = (request.object as unknown as CertificateSigningRequest).spec;
  const ofKubelets = ["kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet"];
  if (!ofKubelets.includes(signerName)) return;
  let name: string;
  try {
    name = (await options.subjectOf(pem ?? "")).commonName;
  } catch (error) {
    throw refuse(`unable to parse csr: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (name !== `system:node:${node}`) throw refuse(`can only create a node CSR with CN=system:node:${node}`);
}

async function token(asked: Asked): Promise<void> {
  const { node, request, registry, refuse } = asked;
  if (request.operation !== "CREATE" || request.subresource !== "token") return;
  const { spec } = request.object as unknown as TokenRequest;
  const reference = spec.boundObjectRef;
  if (reference?.apiVersion !== "v1" || reference.kind !== "Pod" || !reference.name)
    throw refuse("node requested token not bound to a pod");
  if (!reference.uid) throw refuse("node requested token with a pod binding without a uid");
  const pod = (await registry.get(podKind, request.namespace, reference.name)) as unknown as Pod;
  if (reference.uid !== pod.metadata.uid) {
    throw refuse(
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (pod.spec.nodeName !== node) throw refuse("node requested token bound to a pod scheduled on a different node");
  await audience(asked, spec.audiences ?? [], pod);
}

/** A node asks for the audiences that the pod's volumes name; others it must be allowed. */
async function audience(
  { request, options, registry, refuse }: Asked,
  audiences: readonly string[],
  pod: Pod,
): Promise<void> {
  if (audiences.length > 1) throw refuse("node may only request 0 or 1 audiences");
  const wanted = audiences[0] ?? "";
  if (await names(registry, pod, wanted)) return;
  const { user } = request.context;
  const { allowed } = await options.authorizer.authorize({
    user,
    verb: "request-serviceaccounts-token-audience",
    isResource: true,
    group: "",
    version: "v1",
    resource: wanted,
    subresource: "",
    namespace: request.namespace,
    name: request.name,
    path: "",
  });
  if (allowed) return;
  throw refuse(
    `audience ${quoted(wanted)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`,
  );
}

async function names(registry: Registry, pod: Pod, audience: string): Promise<boolean> {
  for (const volume of pod.spec.volumes ?? []) {
    const sources = volume.projected?.sources ?? [];
    if (sources.some((s) => s.serviceAccountToken && (s.serviceAccountToken.audience ?? "") === audience)) return true;
    const claim = claimOf(pod.metadata.name ?? "", volume);
    const driver = volume.csi?.driver ?? (claim && (await driverOf(registry, pod.metadata.namespace ?? "", claim)));
    if (!driver) continue;
    const found = (await registry.find(csiDriverKind, "", driver)) as unknown as CSIDriver | undefined;
    if (found?.spec.tokenRequests?.some((r) => r.audience === audience)) return true;
  }
  return false;
}

async function driverOf(registry: Registry, namespace: string, name: string): Promise<string | undefined> {
  const claim = (await registry.find(claimKind, namespace, name)) as unknown as PersistentVolumeClaim | undefined;
  const volume = claim?.spec.volumeName && (await registry.find(volumeKind, "", claim.spec.volumeName));
  return volume ? (volume as unknown as PersistentVolume).spec.csi?.driver : undefined;
}

/** Equal, whatever the order of their fields. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const [left, right] = [Object.entries(a).filter(isThere), Object.entries(b).filter(isThere)];
  return left.length === right.length && left.every(([key, value]) => same(value, (b as Record<string, unknown>)[key]));
}
const isThere = ([, value]: [string, unknown]): boolean => value !== undefined;
