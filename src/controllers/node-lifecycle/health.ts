/** Since when nobody has heard of a node: by this clock, not by what the node itself tells, so that theirs may differ. */
import type { Lease, Node } from "../../client/kinds.ts";
import { conditionOf } from "./conditions.ts";

/** How long a kubelet may be silent, and how long a new one may take for its first word. */
const graceMs = 50_000;
const startupGraceMs = 60_000;

export interface Health {
  readonly heardMs: number;
  readonly heartbeat: string | undefined;
  readonly renewed: string | undefined;
  /** The node had told whether it is ready. */
  readonly told: boolean;
}

/** What is known of the node's health now that it and its lease are seen. */
export function observe(known: Health | undefined, node: Node, lease: Lease | undefined, now: number): Health {
  const ready = conditionOf(node, "Ready");
  const heartbeat = ready?.lastHeartbeatTime ?? undefined;
  const renewed = lease?.spec?.renewTime ?? undefined;
  const told = ready !== undefined;
  const isRenewed = renewed !== undefined && (known?.renewed === undefined || known.renewed < renewed);
  const isNews = !known || known.told !== told || (told && known.heartbeat !== heartbeat);
  // before its first word a node is as old as it is
  const firstMs = told ? now : Date.parse(node.metadata.creationTimestamp ?? "") || now;
  const heardMs = isRenewed ? now : !known ? firstMs : isNews ? now : known.heardMs;
  return { heardMs, heartbeat, renewed: isRenewed ? renewed : known?.renewed, told };
}

/** When the node counts as lost if nothing is heard. */
export const deadlineMs = ({ heardMs, told }: Health): number => heardMs + (told ? graceMs : startupGraceMs);
