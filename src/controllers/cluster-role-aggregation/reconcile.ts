/** ClusterRoles whose rules are those of others, by their labels (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles). */
import { ApiError } from "../../api/errors.ts";
import type * as rbac from "../../api/generated/rbac-v1.ts";
import { deepEqual, type LabelSelector, type Shared } from "../../api/object.ts";
import { selects } from "../../api/selectors.ts";
import { type ClusterRole, clusterRoles } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";

const name = "clusterrole-aggregation-controller";
type Rule = Shared<rbac.PolicyRule>;

/** The rules of all roles that are selected, each once: by selector, then by the name of the role. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): Rule[] {
  const rules: Rule[] = [];
  const sorted = all.toSorted((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    for (const other of sorted) {
      if (other.metadata.name === role.metadata.name) continue;
      if (!selects(selector as Readonly<LabelSelector>, other.metadata.labels)) continue;
      for (const rule of other.rules ?? []) if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}

const aggregating = ({ aggregationRule }: ClusterRole): readonly string[] => (aggregationRule ? [""] : []);

export const clusterRoleAggregationController: Controller<rbac.ClusterRole> = {
  name,
  reconciles: clusterRoles,
  wakes: [
    wake(clusterRoles, function* ({ before, after }, cache) {
      const same = before && after && deepEqual(before.rules, after.rules);
      if (same && deepEqual(before.metadata.labels, after.metadata.labels)) return;
      for (const role of cache(clusterRoles).by("aggregating", "", aggregating)) yield cacheKey(role);
    }),
  ],
  ignores: ({ after }) => !after?.aggregationRule,
  async reconcile(key, { cache, client }) {
    const role = cache(clusterRoles).get(key);
    if (!role?.aggregationRule) return done;
    const rules = aggregatedRules(role, cache(clusterRoles).list());
    if (deepEqual(rules, role.rules ?? [])) return done;
    const wanted = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: key },
      // no rules are no claim to any
      ...(rules.length && { rules }),
    };
    try {
      await client.patch(clusterRoles, { name: key }, wanted, { type: "apply", force: true, fieldManager: name });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    }
    return done;
  },
};
