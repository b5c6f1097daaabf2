/** Mounts below a folder, from the kernel's list. */
import { readFileSync } from "node:fs";
import { run } from "./command.ts";

/** The mount points at or below `folder`, in the order they were made. */
export function mountsBelow(folder: string): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => unescaped(line.split(" ")[4] ?? ""))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** The kernel writes blanks and backslashes of a path as octal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Unmounts all at or below `folder`, newest first; one that is still in use is detached. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of mountsBelow(folder).toReversed()) {
    await run("umount", [point]).catch(() => run("umount", ["--lazy", point]));
  }
}
