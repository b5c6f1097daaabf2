/** The flow schemas and priority levels that every cluster has (https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#default-priority-levels). */
import type {
  FlowSchemaSpec,
  PolicyRulesWithSubjects,
  PriorityLevelConfigurationSpec,
  Subject,
} from "../api/generated/flowcontrol-v1.ts";

const everything = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] }];
const everywhere = [{ verbs: ["*"], nonResourceURLs: ["*"] }];
const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"], namespaces: ["*"] };

const group = (name: string): Subject => ({ kind: "Group", group: { name } });
const user = (name: string): Subject => ({ kind: "User", user: { name } });
const systemAccounts: Subject = { kind: "ServiceAccount", serviceAccount: { namespace: "kube-system", name: "*" } };
const everyone = [group("system:unauthenticated"), group("system:authenticated")];
const parts = [user("system:kube-controller-manager"), user("system:kube-scheduler")];

const all = (...subjects: Subject[]): PolicyRulesWithSubjects => ({
  subjects,
  resourceRules: everything,
  nonResourceRules: everywhere,
});

function schema(
  level: string,
  matchingPrecedence: number,
  by: "ByUser" | "ByNamespace" | undefined,
  ...rules: PolicyRulesWithSubjects[]
): FlowSchemaSpec {
  const distinguisher = by && { distinguisherMethod: { type: by } };
  return { priorityLevelConfiguration: { name: level }, matchingPrecedence, ...distinguisher, rules };
}

export const flowSchemas: Readonly<Record<string, FlowSchemaSpec>> = {
  exempt: schema("exempt", 1, undefined, all(group("system:masters"))),
  probes: schema("exempt", 2, undefined, {
    subjects: everyone,
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/healthz", "/readyz", "/livez"] }],
  }),
  "system-leader-election": schema("leader-election", 100, "ByUser", {
    subjects: [...parts, systemAccounts],
    resourceRules: [{ verbs: ["get", "create", "update"], ...leases }],
  }),
  "system-node-high": schema("node-high", 400, "ByUser", {
    subjects: [group("system:nodes")],
    resourceRules: [
      { verbs: ["*"], apiGroups: [""], resources: ["nodes", "nodes/status"], clusterScope: true, namespaces: ["*"] },
      { verbs: ["*"], ...leases },
    ],
  }),
  "system-nodes": schema("system", 500, "ByUser", all(group("system:nodes"))),
  "kube-controller-manager": schema("workload-high", 800, "ByNamespace", all(user("system:kube-controller-manager"))),
  "kube-scheduler": schema("workload-high", 800, "ByNamespace", all(user("system:kube-scheduler"))),
  "kube-system-service-accounts": schema("workload-high", 900, "ByNamespace", all(systemAccounts)),
  "service-accounts": schema("workload-low", 9000, "ByUser", all(group("system:serviceaccounts"))),
  "global-default": schema("global-default", 9900, "ByUser", all(...everyone)),
  "catch-all": schema("catch-all", 10_000, "ByUser", all(...everyone)),
};

/** `queues` left out: what does not fit is refused. */
function level(shares: number, lendablePercent: number, queues?: number, handSize = 6): PriorityLevelConfigurationSpec {
  const queuing = queues && { queuing: { queues, handSize, queueLengthLimit: 50 } };
  return {
    type: "Limited",
    limited: {
      nominalConcurrencyShares: shares,
      lendablePercent,
      limitResponse: queuing ? { type: "Queue", ...queuing } : { type: "Reject" },
    },
  };
}

export const priorityLevels: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  exempt: { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  "leader-election": level(10, 0, 16, 4),
  "node-high": level(40, 25, 64),
  system: level(30, 33, 64),
  "workload-high": level(40, 50, 128),
  "workload-low": level(100, 90, 128),
  "global-default": level(20, 50, 128),
  "catch-all": level(5, 0),
};
