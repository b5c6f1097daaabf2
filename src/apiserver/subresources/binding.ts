/** Binding pods to nodes (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/binding-v1/). */
import { node as nodeKind } from "../../api/core/node.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { badRequest, conflict, invalid } from "../../api/errors.ts";
import type { Binding, Pod } from "../../api/generated/core-v1.ts";
import type { KubeObject } from "../../api/object.ts";
import { Path } from "../../api/validation/field-error.ts";
import type { HttpResponse } from "../exchange.ts";
import { writeOptions } from "../handlers/options.ts";
import { respondValue } from "../handlers/respond.ts";
import type { Scope } from "../handlers/scope.ts";
import { amend } from "../registry/amend.ts";
import { admitForeign, readForeign } from "./body.ts";
import { withCondition } from "./pod-condition.ts";

/** Labels of the node that its pods are given (KEP-4742). */
const topologyLabels = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

export async function bindPod(scope: Scope): Promise<HttpResponse> {
  const { info, request, registry, context } = scope;
  const options = writeOptions(request.query, "CreateOptions");
  const binding = (await readForeign(scope, "core/v1.Binding", {
    group: "",
    version: "v1",
    kind: "Binding",
  })) as unknown as Binding;
  const name = info.name || (binding.metadata.name ?? "");
  if (name !== binding.metadata.name) throw badRequest("name in URL does not match name in Binding object");
  await admitForeign(scope, binding, options.dryRun ?? false);
  validate(binding);
  const node = await registry.find(nodeKind, "", binding.target.name ?? "");
  await amend(registry, {
    kind: podKind,
    namespace: info.namespace,
    name,
    context,
    dryRun: options.dryRun ?? false,
    change: (current) => bound(current, binding, node, registry.clock.now()),
  });
  return respondValue(request, 201, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 });
}

function validate({ target, metadata }: Binding): void {
  const path = new Path("target");
  const errors = [];
  if (target.kind && target.kind !== "Node")
    errors.push(path.child("kind").notSupported(target.kind, ["Node", "<empty>"]));
  if (!target.name) errors.push(path.child("name").required(""));
  if (errors.length) throw invalid({ group: "", name: "Binding" }, metadata.name ?? "", errors);
}

function bound(current: KubeObject, binding: Binding, node: KubeObject | undefined, now: number): KubeObject {
  const { metadata, spec, status } = current as unknown as Pod;
  const name = metadata.name ?? "";
  const refuse = (why: string): never => {
    throw conflict({ group: "", name: "pods/binding" }, name, why);
  };
  const { uid, resourceVersion } = binding.metadata;
  if (uid && uid !== metadata.uid)
    throw conflict(
      { group: "", name: "pods" },
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/pods/${metadata.namespace}/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    refuse(
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`,
    );
  if (metadata.deletionTimestamp) refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) refuse(`pod ${name} is already assigned to node "${spec.nodeName}"`);
  if (spec.schedulingGates?.length) refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  const labels = { ...metadata.labels, ...binding.metadata.labels, ...topologyOf(node) };
  const annotations = { ...metadata.annotations, ...binding.metadata.annotations };
  const { nominatedNodeName: _taken, ...rest } = status;
  const scheduled = { type: "PodScheduled", status: "True" };
  return {
    ...current,
    metadata: {
      ...metadata,
      ...(Object.keys(labels).length && { labels }),
      ...(Object.keys(annotations).length && { annotations }),
    },
    spec: { ...spec, nodeName: binding.target.name },
    status: { ...rest, conditions: withCondition(status.conditions, scheduled, now) },
  };
}

function topologyOf(node: KubeObject | undefined): Record<string, string> {
  const labels = node?.metadata.labels ?? {};
  return Object.fromEntries(topologyLabels.flatMap((key) => (labels[key] ? [[key, labels[key]]] : [])));
}
