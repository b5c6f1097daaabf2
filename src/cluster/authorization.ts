/** Who is asked whether somebody may do something, as `--authorization-mode` of kube-apiserver names them. */
import type { PolicyRule } from "../api/generated/rbac-v1.ts";
import { type Authorizer, firstOf, mastersAuthorizer } from "../apiserver/authz/authorizer.ts";
import { NodeAuthorizer } from "../apiserver/authz/node-authorizer.ts";
import type { NodeGraph } from "../apiserver/authz/node-graph.ts";
import type { Rbac } from "../apiserver/authz/rbac.ts";
import { nodeRoles } from "./roles/nodes.ts";
import { ruleFrom } from "./roles/notation.ts";

export type AuthorizationMode = "Node" | "RBAC";

/** What all nodes may do; the rest depends on the object. */
const nodeRules = (nodeRoles["system:node"] ?? []).map(ruleFrom) as PolicyRule[];

export function authorization(
  modes: readonly AuthorizationMode[],
  { rbac, graph }: { readonly rbac: Rbac; readonly graph: NodeGraph },
): Authorizer {
  const by = { Node: new NodeAuthorizer(graph, nodeRules), RBAC: rbac } satisfies Record<AuthorizationMode, Authorizer>;
  return firstOf([mastersAuthorizer, ...modes.map((mode) => by[mode])]);
}
