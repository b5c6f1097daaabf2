/**
 * What a kubelet may do: read what its pods use, write its own node, lease and the status of its pods
 * (https://kubernetes.io/docs/reference/access-authn-authz/node/). What it may write into them is for NodeRestriction.
 */

import type { PolicyRule } from "../../api/generated/rbac-v1.ts";
import { parseFieldSelector } from "../../api/selectors.ts";
import { own } from "../../base/own.ts";
import type { Attributes, Authorizer, Decision } from "./authorizer.ts";
import { type NodeGraph, nodeOf, type Related } from "./node-graph.ts";
import { allows } from "./rbac.ts";

const allowed: Decision = { allowed: true, reason: "" };
const none = (reason = ""): Decision => ({ allowed: false, reason });

export class NodeAuthorizer implements Authorizer {
  readonly #graph: NodeGraph;
  readonly #rules: readonly PolicyRule[];

  /** `rules`: what all nodes may do, beside what depends on the object. */
  constructor(graph: NodeGraph, rules: readonly PolicyRule[]) {
    this.#graph = graph;
    this.#rules = rules;
  }

  authorize(attributes: Attributes): Decision {
    const node = nodeOf(attributes.user);
    if (node === undefined) return none();
    if (!node) return none(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
    const decide = attributes.isResource ? own(byResource, resourceOf(attributes)) : undefined;
    if (decide) return decide({ node, graph: this.#graph }, attributes);
    return this.#rules.some((rule) => allows(rule, attributes)) ? allowed : none();
  }
}

const resourceOf = ({ resource, group }: Attributes): string => (group ? `${resource}.${group}` : resource);

interface Asker {
  readonly node: string;
  readonly graph: NodeGraph;
}
type Decide = (asker: Asker, attributes: Attributes) => Decision;

const byResource: Readonly<Record<string, Decide>> = {
  secrets: readNamespaced("secrets"),
  configmaps: readNamespaced("configmaps"),
  persistentvolumeclaims: (asker, attributes) =>
    attributes.subresource === "status"
      ? claimStatus(asker, attributes)
      : getOne("persistentvolumeclaims")(asker, attributes),
  persistentvolumes: getOne("persistentvolumes"),
  "resourceclaims.resource.k8s.io": getOne("resourceclaims"),
  "volumeattachments.storage.k8s.io": getOne("volumeattachments"),
  serviceaccounts: serviceAccount,
  "leases.coordination.k8s.io": lease,
  "csinodes.storage.k8s.io": csiNode,
  "resourceslices.resource.k8s.io": slice,
  nodes: ownNode,
  pods: ownPods,
};

function related({ node, graph }: Asker, resource: Related, { namespace, name }: Attributes): Decision {
  if (!name) return none("No Object name found");
  if (graph.relates(node, resource, namespace, name)) return allowed;
  return none(`no relationship found between node '${node}' and this object`);
}

function getOne(resource: Related): Decide {
  return (asker, attributes) => {
    if (attributes.verb !== "get") return none("can only get individual resources of this type");
    if (attributes.subresource) return none("cannot get subresource");
    return related(asker, resource, attributes);
  };
}

function readNamespaced(resource: Related): Decide {
  return (asker, attributes) => {
    const { verb, subresource, namespace } = attributes;
    if (!["get", "list", "watch"].includes(verb)) return none("can only read resources of this type");
    if (subresource) return none("cannot read subresource");
    if (!namespace) return none("can only read namespaced object of this type");
    return related(asker, resource, attributes);
  };
}

function claimStatus(asker: Asker, attributes: Attributes): Decision {
  if (!["update", "patch"].includes(attributes.verb)) return none("can only get/update/patch this type");
  return related(asker, "persistentvolumeclaims", attributes);
}

function serviceAccount({ node, graph }: Asker, attributes: Attributes): Decision {
  const { verb, subresource, namespace, name } = attributes;
  if (verb === "get" && !subresource) return readNamespaced("serviceaccounts")({ node, graph }, attributes);
  if (verb !== "create" || !name) return none("can only create tokens for individual service accounts");
  if (subresource !== "token") return none("can only create token subresource of serviceaccount");
  if (graph.relates(node, "serviceaccounts", namespace, name)) return allowed;
  return none(`no relationship found between node '${node}' and this object`);
}

const ownVerbs = ["get", "create", "update", "patch", "delete"];

function lease({ node }: Asker, { verb, namespace, name }: Attributes): Decision {
  if (!ownVerbs.includes(verb)) return none("can only get, create, update, patch, or delete a node lease");
  if (namespace !== "kube-node-lease") return none('can only access leases in the "kube-node-lease" system namespace');
  // a new one has no name yet: NodeRestriction looks at it
  if (verb !== "create" && name !== node)
    return none("can only access node lease with the same name as the requesting node");
  return allowed;
}

function csiNode({ node }: Asker, { verb, subresource, name }: Attributes): Decision {
  if (!ownVerbs.includes(verb)) return none("can only get, create, update, patch, or delete a CSINode");
  if (subresource) return none("cannot authorize CSINode subresources");
  if (verb !== "create" && name !== node)
    return none("can only access CSINode with the same name as the requesting node");
  return allowed;
}

function slice(asker: Asker, attributes: Attributes): Decision {
  if (attributes.subresource) return none("cannot authorize ResourceSlice subresources");
  switch (attributes.verb) {
    case "create":
      return allowed;
    case "get":
    case "update":
    case "patch":
    case "delete":
      return related(asker, "resourceslices", attributes);
    case "watch":
    case "list":
    case "deletecollection":
      return selects(attributes, "spec.nodeName", asker.node)
        ? allowed
        : none("can only list/watch/deletecollection resourceslices with nodeName field selector");
    default:
      return none(
        "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection",
      );
  }
}

function ownNode({ node }: Asker, { verb, subresource, name }: Attributes): Decision {
  if (subresource === "status") return ["update", "patch"].includes(verb) ? allowed : none();
  if (subresource) return none();
  if (["create", "update", "patch"].includes(verb)) return allowed;
  if (!["get", "list", "watch"].includes(verb)) return none();
  // by name, not by what is there: a kubelet looks for its node before there is one
  if (name === node) return allowed;
  if (!name) return none(`node '${node}' cannot read all nodes, only its own Node object`);
  return none(`node '${node}' cannot read '${name}', only its own Node object`);
}

function ownPods(asker: Asker, attributes: Attributes): Decision {
  const { verb, subresource, name } = attributes;
  if (subresource === "status") return ["update", "patch"].includes(verb) ? allowed : none();
  if (subresource === "eviction") return verb === "create" ? allowed : none();
  if (subresource) return none();
  switch (verb) {
    case "get":
      return getOne("pods")(asker, attributes);
    case "list":
    case "watch":
      if (selects(attributes, "spec.nodeName", asker.node)) return allowed;
      if (name) return related(asker, "pods", attributes);
      return none("can only list/watch pods with spec.nodeName field selector");
    case "create":
    case "delete":
      return allowed;
    default:
      return none();
  }
}

/** Whether only objects with this value are asked for. */
function selects({ fieldSelector }: Attributes, field: string, value: string): boolean {
  if (!fieldSelector) return false;
  try {
    return parseFieldSelector(fieldSelector).some((r) => r.field === field && r.equal && r.value === value);
  } catch {
    return false;
  }
}
