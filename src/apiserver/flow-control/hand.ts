/**
 * Shuffle sharding: each flow is dealt a hand of queues. Two flows seldom have the same hand, so one that floods its queues
 * leaves others at least one that is short.
 */
import { below, seeded } from "../../base/random.ts";

/** Always the same for a flow: `size` different numbers below `queues`. */
export function handOf(flow: string, queues: number, size: number): readonly number[] {
  const random = seeded(hashOf(flow));
  const hand: number[] = [];
  // the smallest way to draw without putting back (Floyd's)
  for (let top = queues - Math.min(size, queues); top < queues; top++) {
    const drawn = below(random, top + 1);
    hand.push(hand.includes(drawn) ? top : drawn);
  }
  return hand;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
