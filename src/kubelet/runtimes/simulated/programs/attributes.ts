/** How programs show what files are: permissions, owners, times. */
import type { FileSpace } from "../files/file-space.ts";
import { type Node, usageOf } from "../files/node.ts";

const letters: Readonly<Record<Node["kind"], string>> = { file: "-", directory: "d", link: "l", device: "c" };

/** `drwxr-xr-x`. */
export function modeText({ kind, mode }: Pick<Node, "kind" | "mode">): string {
  const bits = [...(mode & 0o777).toString(2).padStart(9, "0")].map((bit, i) =>
    bit === "1" ? ("rwx"[i % 3] as string) : "-",
  );
  const special = (at: number, bit: number, letter: string): void => {
    if (mode & bit) bits[at] = bits[at] === "x" ? letter : letter.toUpperCase();
  };
  special(2, 0o4000, "s");
  special(5, 0o2000, "s");
  special(8, 0o1000, "t");
  return letters[kind] + bits.join("");
}

export function sizeOf(node: Node): number {
  if (node.kind === "file") return node.data.length;
  if (node.kind === "link") return node.target.length;
  return node.kind === "directory" ? 4096 : 0;
}

/** Bytes on disk, in whole blocks of 4 KiB. */
export function diskBytes(node: Node): number {
  if (node.kind !== "directory") return Math.ceil(sizeOf(node) / 4096) * 4096;
  return [...node.entries.values()].reduce((sum, entry) => sum + diskBytes(entry), 4096);
}
export const usage = usageOf;

function nameIn(files: FileSpace, path: string, id: number): string | undefined {
  const node = files.find(path);
  if (node?.kind !== "file") return undefined;
  for (const line of new TextDecoder().decode(node.data).split("\n")) {
    const [name, , number] = line.split(":");
    if (number === String(id)) return name;
  }
  return undefined;
}
export const userName = (files: FileSpace, id: number): string | undefined => nameIn(files, "/etc/passwd", id);
export const groupName = (files: FileSpace, id: number): string | undefined => nameIn(files, "/etc/group", id);

/** The number of a name, or of what is one already; undefined: nobody has that name. */
export function idOf(files: FileSpace, kind: "passwd" | "group", text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const node = files.find(`/etc/${kind}`);
  if (node?.kind !== "file") return undefined;
  const line = new TextDecoder()
    .decode(node.data)
    .split("\n")
    .find((each) => each.startsWith(`${text}:`));
  return line === undefined ? undefined : Number(line.split(":")[2]);
}

/** `1.5M`, as `ls -h` and `df -h` have it. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  const units = ["K", "M", "G", "T"];
  let value = bytes;
  let unit = "";
  for (let i = 0; i < units.length && value >= 1024; i++) {
    value /= 1024;
    unit = units[i] as string;
  }
  return value.toFixed(1) + unit;
}
