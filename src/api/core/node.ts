import type { Node } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { Path } from "../validation/field-error.ts";
import { warningsForRange } from "../validation/ip.ts";
import { nodePrinter } from "./node-printer.ts";
import { roundResources } from "./resource-defaults.ts";
import { validateNode, validateNodeChange } from "./validation/node.ts";

const asNode = (object: Draft | KubeObject): Node => object as unknown as Node;

function defaults(object: Draft): void {
  const { spec, status } = asNode(object);
  if (spec) defaultRanges(spec);
  if (!status) return;
  if (status.capacity) status.allocatable ??= { ...status.capacity };
  roundResources(status.capacity);
  roundResources(status.allocatable);
}

/** The single range is the older field: where the two differ, it is the one that was meant. */
function defaultRanges(spec: Node["spec"]): void {
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
}

/** Configuration by the API server was given up in v1.24. */
function dropConfig(object: Draft): void {
  const { spec, status } = asNode(object);
  delete spec?.configSource;
  delete status?.config;
}

function warnings(object: KubeObject): string[] {
  const { externalID, podCIDRs } = asNode(object).spec;
  const path = new Path("spec").child("podCIDRs");
  return [
    ...(externalID ? ["spec.externalID: this field is deprecated, and is unused by Kubernetes"] : []),
    ...(podCIDRs ?? []).flatMap((range, i) => warningsForRange(path.index(i), range)),
  ];
}

export const node = defineKind({
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  namespaced: false,
  type: "core/v1.Node",
  strategy: {
    createsStatus: true,
    defaults,
    prepareForCreate: dropConfig,
    prepareForUpdate: dropConfig,
    validate: (object) => validateNode(asNode(object)),
    validateUpdate: (object, old) => [
      ...validateNode(asNode(object)),
      ...validateNodeChange(asNode(object), asNode(old)),
    ],
    warnings,
  },
  selectableFields: { "spec.unschedulable": (object) => String(asNode(object).spec.unschedulable ?? false) },
  status: {
    verbs: ["get", "patch", "update"],
    prepareForUpdate(object, old) {
      object.spec = old.spec;
      delete asNode(object).status.config;
    },
    validateUpdate: (object, old) => validateNodeChange(asNode(object), asNode(old)),
  },
  printer: nodePrinter,
  foreignSubresources: {
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: { group: "", version: "v1", kind: "NodeProxyOptions" },
    },
  },
});
