/** Archives as tar(5) has them: ustar, GNU's long names, and the names of pax records. */
import { ProgramError } from "../process.ts";
import { bytesOf, joined, textOf } from "../streams/input.ts";

const block = 512;
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  readonly changedAt: number;
  readonly target: string;
  readonly data: Uint8Array;
}

const padded = (size: number): number => Math.ceil(size / block) * block;

function header(entry: Entry): Uint8Array {
  const made = new Uint8Array(block);
  const put = (at: number, text: string, length: number): void => made.set(bytesOf(text).subarray(0, length), at);
  const octal = (at: number, value: number, length: number): void =>
    put(at, `${value.toString(8).padStart(length - 1, "0")}\0`, length);
  put(0, entry.name, 100);
  octal(100, entry.mode & 0o7777, 8);
  octal(108, entry.user, 8);
  octal(116, entry.group, 8);
  octal(124, entry.data.length, 12);
  octal(136, Math.floor(entry.changedAt / 1000), 12);
  put(148, " ".repeat(8), 8);
  put(156, entry.type, 1);
  put(157, entry.target, 100);
  put(257, "ustar  \0", 8);
  octal(
    148,
    made.reduce((sum, byte) => sum + byte, 0),
    7,
  );
  return made;
}

function blocksOf(entry: Entry): Uint8Array[] {
  const name = bytesOf(`${entry.name}\0`);
  const long =
    name.length > 100 ? blocksOf({ ...entry, name: "././@LongLink", type: "L", target: "", data: name }) : [];
  return [...long, header(entry), entry.data, new Uint8Array(padded(entry.data.length) - entry.data.length)];
}

export function readArchive(archive: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  let longName: string | undefined;
  let longTarget: string | undefined;
  for (let at = 0; at + block <= archive.length; ) {
    const head = archive.subarray(at, at + block);
    if (head.every((byte) => byte === 0)) break;
    const text = (from: number, length: number): string =>
      textOf(head.subarray(from, from + length)).replace(/\0[\s\S]*$/, "");
    const number = (from: number, length: number): number => Number.parseInt(text(from, length).trim() || "0", 8);
    const size = number(124, 12);
    if (Number.isNaN(size)) throw new ProgramError("invalid tar magic");
    const data = archive.subarray(at + block, at + block + size);
    at += block + padded(size);
    const type = text(156, 1) || "0";
    if (type === "L") longName = textOf(data).replace(/\0[\s\S]*$/, "");
    else if (type === "K") longTarget = textOf(data).replace(/\0[\s\S]*$/, "");
    else if (type === "x") {
      const records = textOf(data);
      longName = /\d+ path=([^\n]*)\n/.exec(records)?.[1] ?? longName;
      longTarget = /\d+ linkpath=([^\n]*)\n/.exec(records)?.[1] ?? longTarget;
    } else if (type !== "g") {
      const prefix = text(257, 6) === "ustar" && !text(257, 8).startsWith("ustar ") ? text(345, 155) : "";
      const name = longName ?? (prefix ? `${prefix}/${text(0, 100)}` : text(0, 100));
      entries.push({
        ...{ name, type, data, target: longTarget ?? text(157, 100) },
        mode: number(100, 8),
        user: number(108, 8),
        group: number(116, 8),
        changedAt: number(136, 12) * 1000,
      });
      longName = undefined;
      longTarget = undefined;
    }
  }
  return entries;
}

export const writeArchive = (entries: readonly Entry[]): Uint8Array =>
  joined([...entries.flatMap(blocksOf), new Uint8Array(2 * block)]);
