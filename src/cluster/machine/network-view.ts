/** What the kernel says of links and routes, read from its files: cheap enough to be looked at all the time. */
import { readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { addressText } from "../../network/addresses.ts";

const swapped = (hex: string): number => Buffer.from(hex, "hex").readUInt32LE(0);

/**
 * The routes of IPv4 in the main table, as `10.0.0.0/16 via 172.18.0.2` or `10.0.0.0/16 dev eth0`; of the host, or of the
 * network namespace that the process `pid` is in. Undefined: there is no such process.
 */
export function routesOf(pid?: number): ReadonlySet<string> | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid ?? "self"}/net/route`, "utf8");
  } catch {
    return undefined;
  }
  const lines = text.trimEnd().split("\n").slice(1);
  return new Set(
    lines.map((line) => {
      const [device = "", to = "", via = "", , , , , mask = ""] = line.split("\t");
      const bits = swapped(mask.trim()).toString(2).replaceAll("0", "").length;
      const range = `${addressText(swapped(to))}/${bits}`;
      if (swapped(via) !== 0) return `${range} via ${addressText(swapped(via))}`;
      return device === "*" ? `unreachable ${range}` : `${range} dev ${device}`;
    }),
  );
}

/** The bridge that a link of the host hangs on; undefined: none, or there is no such link. */
export function bridgeOf(link: string): string | undefined {
  try {
    return path.basename(readlinkSync(`/sys/class/net/${link}/master`));
  } catch {
    return undefined;
  }
}
