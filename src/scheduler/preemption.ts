/**
 * Making way: which pods of lower priority would have to go, and from which node, for a pod to fit
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/). Pure.
 */
import { matchesAll, selectorOf } from "../api/selectors.ts";
import { below, type Random } from "../base/random.ts";
import type { PodDisruptionBudget } from "../client/kinds.ts";
import { type Filters, histogram, place, type Refused, refusalOf, takeAway } from "./cycle.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

export interface Candidate {
  readonly node: NodeInfo;
  /** The most important first. */
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

export interface PreemptionInputs {
  readonly info: PodInfo;
  readonly nodes: readonly NodeInfo[];
  readonly refused: ReadonlyMap<string, Refused>;
  readonly filters: Filters;
  readonly budgets: readonly PodDisruptionBudget[];
  readonly random: Random;
}

const notHelpful = "Preemption is not helpful for scheduling";
/** So many nodes are tried at most, of large clusters: a tenth, and no fewer than these. */
const leastCandidates = 100;
const noVictims = "No preemption victims found for incoming pod";

/** The node to make room on, or the text that says why none would do. */
export function preempt(inputs: PreemptionInputs): Candidate | { readonly message: string } {
  const { info, nodes, refused, random } = inputs;
  const { preemptionPolicy } = info.pod.spec;
  if (preemptionPolicy === "Never") return { message: "not eligible due to preemptionPolicy=Never." };
  const nominated = nodes.find((n) => n.name === info.pod.status.nominatedNodeName);
  if (nominated && !refused.get(nominated.name)?.rejection.final && isMakingWay(nominated, info)) {
    return { message: "not eligible due to a terminating pod on the nominated node." };
  }
  const reasons: string[] = [];
  const possible = nodes.filter((node) => refused.get(node.name)?.rejection.final === false);
  const candidates: Candidate[] = [];
  const enough = Math.min(possible.length, Math.max(leastCandidates, Math.trunc(possible.length / 10)));
  const offset = possible.length ? below(random, possible.length) : 0;
  for (let i = 0; i < possible.length && candidates.length < enough; i++) {
    const tried = tryNode(inputs, possible[(offset + i) % possible.length] as NodeInfo);
    if ("node" in tried) candidates.push(tried);
    else reasons.push(...tried.reasons);
  }
  if (candidates.length) return pick(candidates);
  for (let i = possible.length; i < nodes.length; i++) reasons.push(notHelpful);
  return { message: `0/${nodes.length} nodes are available: ${histogram(reasons)}.` };
}

/** A pod of lower priority is already on its way out, for this one. */
const isMakingWay = (node: NodeInfo, info: PodInfo): boolean =>
  [...node.pods.values()].some(
    ({ pod, priority }) =>
      priority < info.priority &&
      pod.metadata.deletionTimestamp &&
      pod.status.conditions?.some(
        (c) => c.type === "DisruptionTarget" && c.status === "True" && c.reason === "PreemptionByScheduler",
      ),
  );

function tryNode(
  { info, filters, budgets }: PreemptionInputs,
  original: NodeInfo,
): Candidate | { readonly reasons: readonly string[] } {
  const node = original.copy();
  const lower = [...node.pods.values()].filter((other) => other.priority < info.priority).sort(byImportance);
  if (!lower.length) return { reasons: [noVictims] };
  for (const other of lower) takeAway(filters, other, node);
  const why = refusalOf(filters, node);
  const victims: PodInfo[] = [];
  let violations = 0;
  if (!why) {
    const { violating, others } = byBudget(lower, budgets);
    const fitsWith = (other: PodInfo): boolean => {
      place(filters, other, node);
      if (!refusalOf(filters, node)) return true;
      takeAway(filters, other, node);
      victims.push(other);
      return false;
    };
    for (const other of violating) if (!fitsWith(other)) violations++;
    for (const other of others) fitsWith(other);
  }
  // what was taken away from the counts of the filters is put back
  for (const other of lower) if (!node.pods.has(other.pod.metadata.uid ?? "")) place(filters, other, node);
  if (why) return { reasons: why.rejection.reasons };
  return { node: original, victims: victims.sort(byImportance), violations };
}

const startOf = ({ pod }: PodInfo): number =>
  Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp ?? "") || 0;

/** By priority, then by how long they have run. */
function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startOf(a) - startOf(b);
}

function byBudget(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violating: PodInfo[]; others: PodInfo[] } {
  const left = budgets.map(({ status }) => status.disruptionsAllowed);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    const { metadata } = info.pod;
    let violates = false;
    for (const [i, budget] of budgets.entries()) {
      if (budget.metadata.namespace !== metadata.namespace || !Object.keys(metadata.labels ?? {}).length) continue;
      const selector = selectorOf(budget.spec.selector as never);
      if (!selector?.length || !matchesAll(selector, metadata.labels)) continue;
      if (budget.status.disruptedPods?.[metadata.name ?? ""]) continue;
      left[i] = (left[i] ?? 0) - 1;
      if ((left[i] ?? 0) < 0) violates = true;
    }
    (violates ? violating : others).push(info);
  }
  return { violating, others };
}

/** Fewest broken budgets, then the least important victims, the fewest of them, the youngest. */
function pick(candidates: readonly Candidate[]): Candidate {
  const offset = 2 ** 31;
  const measures: ((c: Candidate) => number)[] = [
    (c) => c.violations,
    (c) => c.victims[0]?.priority ?? 0,
    (c) => c.victims.reduce((sum, v) => sum + v.priority + offset, 0),
    (c) => c.victims.length,
    (c) => -Math.min(...c.victims.filter((v) => v.priority === c.victims[0]?.priority).map(startOf)),
  ];
  let left = candidates;
  for (const measure of measures) {
    const least = Math.min(...left.map(measure));
    left = left.filter((c) => measure(c) === least);
    if (left.length === 1) break;
  }
  return left[0] as Candidate;
}
