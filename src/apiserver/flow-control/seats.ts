/** How many of a level's seats a request takes (upstream's `flowcontrol/request`): a long list is more work than a read. */
import type { HttpRequest } from "../exchange.ts";
import { nameSelected, type RequestInfo } from "../request-info.ts";

const objectsPerSeat = 100;
const mostSeats = 10;

/** `count`: how many objects of a resource are stored; undefined where that is not known. */
export type CountObjects = (info: RequestInfo) => number | undefined;

/** `most`: what the level allows a single request. */
export function seatsOf({ query }: HttpRequest, info: RequestInfo, count: CountObjects, most: number): number {
  if (info.verb !== "list" && info.verb !== "watch") return 1;
  if (info.name || nameSelected(query.get("fieldSelector"))) return 1;
  const version = query.get("resourceVersion");
  const hasStart = query.get("sendInitialEvents") === "true" || !version || version === "0";
  if (info.verb === "watch" && !hasStart) return 1;
  const seats = Math.ceil((count(info) ?? 0) / objectsPerSeat);
  return Math.max(1, Math.min(seats, most, mostSeats));
}
