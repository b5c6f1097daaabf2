/** What a Job makes of a failed pod (https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy). */
import type { Job, Pod } from "../../client/kinds.ts";

type Policy = NonNullable<Job["spec"]["podFailurePolicy"]>;
type Rule = NonNullable<Policy["rules"]>[number];
type ContainerStatus = NonNullable<Pod["status"]["containerStatuses"]>[number];

export interface Verdict {
  /** The failure counts towards the limits. */
  readonly counts: boolean;
  readonly action?: string;
  /** Why the whole Job is to fail. */
  readonly failure?: string;
}

export function matchFailurePolicy(policy: Policy | undefined, pod: Pod): Verdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const what = rule.onExitCodes ? matchExitCodes(rule.onExitCodes, pod) : matchConditions(rule, pod);
    if (what === undefined) continue;
    const { action } = rule;
    if (action === "Ignore") return { counts: false, action };
    if (action === "FailJob")
      return { counts: true, action, failure: `${what} matching FailJob rule at index ${index}` };
    if (action === "FailIndex" || action === "Count") return { counts: true, action };
  }
  return { counts: true };
}

function matchExitCodes(wanted: NonNullable<Rule["onExitCodes"]>, { metadata, status }: Pod): string | undefined {
  const matches = ({ name, state }: ContainerStatus): boolean => {
    const code = state?.terminated?.exitCode;
    if (!code || (wanted.containerName !== undefined && wanted.containerName !== name)) return false;
    const isListed = wanted.values?.includes(code) ?? false;
    return wanted.operator === "In" ? isListed : wanted.operator === "NotIn" && !isListed;
  };
  const found = status?.containerStatuses?.find(matches) ?? status?.initContainerStatuses?.find(matches);
  if (!found) return undefined;
  const pod = `${metadata.namespace}/${metadata.name}`;
  return `Container ${found.name} for pod ${pod} failed with exit code ${found.state?.terminated?.exitCode}`;
}

function matchConditions({ onPodConditions }: Rule, { metadata, status }: Pod): string | undefined {
  const found = status?.conditions?.find((condition) =>
    onPodConditions?.some(({ type, status: wanted }) => type === condition.type && wanted === condition.status),
  );
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`;
}
