/** Gives every node a range of addresses for its pods, out of the cluster's; takes it back when the node goes. */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { parseRange } from "../../api/validation/ip.ts";
import { type Node, nodes } from "../../client/kinds.ts";
import { type Controller, done, type ReconcileContext } from "../../reconciler/controller.ts";
import { NodeRanges } from "./ranges.ts";

/** `ranges`: one, or one per family with a comma between. Throws if one cannot be read. */
export function nodeIpamController(ranges: string): Controller<core.Node> {
  const sets = ranges.split(",").map((text) => {
    const range = parseRange(text.trim());
    if (!range) throw new Error(`cannot read the range of pods' addresses: ${text}`);
    return new NodeRanges(range);
  });
  /** What nodes have, by name. */
  const held = new Map<string, readonly string[]>();
  let hasSeenAll = false;
  const occupy = ({ metadata: { name = "" }, spec }: Node): boolean => {
    const own = rangesOf(spec);
    if (!own.length) return false;
    held.set(name, own);
    for (const [i, text] of own.entries()) sets[i]?.occupy(text);
    return true;
  };
  const release = (own: readonly string[] = []): void => {
    for (const [i, text] of own.entries()) sets[i]?.release(text);
  };
  return {
    name: "node-controller",
    eventSource: "cidrAllocator",
    reconciles: nodes,
    // one after the other: no two nodes are to get the same
    workers: 1,
    ignores: ({ before, after }) => before !== undefined && after !== undefined && rangesOf(after.spec).length > 0,
    async reconcile(name, context) {
      const all = context.cache(nodes);
      if (!hasSeenAll) for (const node of all.list()) occupy(node);
      hasSeenAll = true;
      const node = all.get(name);
      if (!node) {
        release(held.get(name));
        held.delete(name);
      } else if (!occupy(node)) await allocate(node, sets, release, context);
      return done;
    },
  };
}

const rangesOf = (spec: Node["spec"] | undefined): readonly string[] =>
  spec?.podCIDRs?.length ? spec.podCIDRs : spec?.podCIDR ? [spec.podCIDR] : [];

async function allocate(
  { metadata: { name = "", uid } }: Node,
  sets: readonly NodeRanges[],
  release: (own: readonly string[]) => void,
  { client, events }: ReconcileContext,
): Promise<void> {
  const about = { kind: "Node", apiVersion: "v1", name, uid };
  const own: string[] = [];
  for (const [i, set] of sets.entries()) {
    const range = set.allocate();
    if (range === undefined) {
      release(own);
      events.normal(about, "CIDRNotAvailable", `Node ${name} status is now: CIDRNotAvailable`);
      throw new Error(
        `failed to allocate cidr from cluster cidr at idx:${i}: CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range`,
      );
    }
    own.push(range);
  }
  try {
    await client.patch(nodes, { name }, { spec: { podCIDR: own[0], podCIDRs: own } }, { type: "strategic" });
  } catch (error) {
    release(own);
    if (error instanceof ApiError && error.reason === "NotFound") return;
    events.normal(about, "CIDRAssignmentFailed", `Node ${name} status is now: CIDRAssignmentFailed`);
    throw error;
  }
}
