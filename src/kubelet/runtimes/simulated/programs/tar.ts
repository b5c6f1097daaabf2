/** `tar`, which `kubectl cp` needs on the other side: ustar archives with GNU's long names (tar(5)). */

import { FileError } from "../files/file-error.ts";
import type { FileSpace } from "../files/file-space.ts";
import { absolute, type Program, ProgramError } from "../process.ts";
import { readAll } from "../streams/captured.ts";
import { bytesOf, joined, textOf } from "../streams/input.ts";
import { modeText, userName } from "./attributes.ts";
import { isoTime } from "./date.ts";
import { unzipped, zipped } from "./encode.ts";
import { readOptions } from "./options.ts";

const block = 512;
interface Entry {
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

function written(entry: Entry): Uint8Array[] {
  const name = bytesOf(`${entry.name}\0`);
  const long = name.length > 100 ? written({ ...entry, name: "././@LongLink", type: "L", target: "", data: name }) : [];
  return [...long, header(entry), entry.data, new Uint8Array(padded(entry.data.length) - entry.data.length)];
}

function read(archive: Uint8Array): Entry[] {
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

function collect(files: FileSpace, full: string, name: string, into: Entry[]): void {
  const node = files.lstat(full);
  const { mode, user, group, changedAt } = node;
  const base = { mode, user, group, changedAt, target: "", data: new Uint8Array() };
  if (node.kind === "directory") {
    into.push({ ...base, name: `${name.replace(/\/$/, "")}/`, type: "5" });
    for (const entry of files.list(full))
      collect(files, `${full.replace(/\/$/, "")}/${entry}`, `${name.replace(/\/$/, "")}/${entry}`, into);
  } else if (node.kind === "link") into.push({ ...base, name, type: "2", target: node.target });
  else if (node.kind === "file") into.push({ ...base, name, type: "0", data: files.read(full) });
}

function extract(files: FileSpace, { name, type, mode, target, data, changedAt }: Entry, folder: string): void {
  const path = absolute(name.replace(/^\/+/, "").replace(/\/$/, ""), folder);
  if (type === "5") {
    files.makeDirectories(path);
    return;
  }
  files.makeDirectories(path.slice(0, path.lastIndexOf("/")) || "/");
  if (type === "2") {
    try {
      files.remove(path);
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== "ENOENT") throw error;
    }
    files.symlink(target, path);
  } else if (type === "1") files.hardLink(absolute(target, folder), path);
  else {
    files.write(path, data.slice(), { mode });
    files.set(path, { mode, changedAt });
  }
}

export const tar: Program = async (world, io) => {
  // the first word may be options without a dash
  const args = /^[a-zA-Z]+$/.test(io.args[0] ?? "") ? [`-${io.args[0]}`, ...io.args.slice(1)] : io.args;
  const long = {
    create: "c",
    extract: "x",
    list: "t",
    file: "f",
    gzip: "z",
    directory: "C",
    verbose: "v",
    "no-same-owner": "o",
    "no-same-permissions": "p",
    warning: "W",
    exclude: "X",
    "strip-components": "S",
    "to-stdout": "O",
  };
  const { words, has, value, values } = readOptions(args, "cxtvzkopmOhf:C:W:X:S:T:", long);
  const { files } = world;
  const folder = absolute(values("C").at(-1) ?? ".", io.cwd);
  const archive = value("f") === undefined || value("f") === "-" ? undefined : absolute(value("f") as string, io.cwd);
  const log = (text: string): Promise<void> | undefined =>
    has("v") ? (archive || !has("c") ? io.stdout(text) : io.stderr(text)) : undefined;
  if (has("c")) {
    const entries: Entry[] = [];
    let failed = 0;
    for (const word of words) {
      try {
        collect(files, absolute(word, folder), word.replace(/^\/+/, "") || ".", entries);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        void io.stderr(`tar: ${word}: ${error.message}\n`);
        failed = 1;
      }
    }
    if (words.some((word) => word.startsWith("/"))) void io.stderr("tar: removing leading '/' from member names\n");
    for (const { name } of entries) await log(`${name}\n`);
    const made = joined([...entries.flatMap(written), new Uint8Array(2 * block)]);
    const data = has("z") ? await zipped(made) : made;
    if (archive) files.write(archive, data);
    else await io.stdout(data);
    if (failed) void io.stderr("tar: error exit delayed from previous errors\n");
    return failed;
  }
  if (!has("x") && !has("t")) throw new ProgramError("must specify one of -c, -x, -t");
  const given = archive ? files.read(archive) : await readAll(world, io.stdin, io.signal);
  const entries = read(given[0] === 0x1f && given[1] === 0x8b ? await unzipped(given) : given);
  for (const entry of entries) {
    const name = entry.name.replace(/\/$/, "");
    if (
      words.length &&
      !words.some((word) => name === word.replace(/^\.\/|\/$/g, "") || name.startsWith(`${word.replace(/\/$/, "")}/`))
    )
      continue;
    if (has("t")) {
      const node = {
        kind: entry.type === "5" ? "directory" : entry.type === "2" ? "link" : "file",
        mode: entry.mode,
      } as const;
      const owner = userName(files, entry.user) ?? String(entry.user);
      await io.stdout(
        has("v")
          ? `${modeText(node)} ${owner}/${entry.group} ${String(entry.data.length).padStart(9)} ${isoTime(entry.changedAt)} ${entry.name}\n`
          : `${entry.name}\n`,
      );
    } else if (has("O")) await io.stdout(entry.data);
    else {
      await log(`${entry.name}\n`);
      const strip = Number(value("S") ?? 0);
      extract(files, { ...entry, name: entry.name.split("/").slice(strip).join("/") }, folder);
    }
  }
  return 0;
};
