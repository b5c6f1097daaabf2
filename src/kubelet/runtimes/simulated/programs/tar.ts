/** `tar`, which `kubectl cp` needs on the other side. */
import { FileError } from "../files/file-error.ts";
import type { FileSpace } from "../files/file-space.ts";
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { readAll } from "../streams/captured.ts";
import { modeText, userName } from "./attributes.ts";
import { isoTime } from "./date.ts";
import { unzipped, zipped } from "./encode.ts";
import { type Options, readOptions } from "./options.ts";
import { type Entry, readArchive, writeArchive } from "./tar-archive.ts";

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

/** What its words ask for. */
interface Task {
  readonly world: World;
  readonly io: Invocation;
  readonly options: Options;
  readonly folder: string;
  /** Undefined: standard input or output. */
  readonly archive: string | undefined;
}

async function create({ world: { files }, io, options, folder, archive }: Task): Promise<number> {
  const entries: Entry[] = [];
  let failed = 0;
  for (const word of options.words) {
    try {
      collect(files, absolute(word, folder), word.replace(/^\/+/, "") || ".", entries);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`tar: ${word}: ${error.message}\n`);
      failed = 1;
    }
  }
  if (options.words.some((word) => word.startsWith("/")))
    void io.stderr("tar: removing leading '/' from member names\n");
  const log = archive === undefined ? io.stderr : io.stdout;
  if (options.has("v")) for (const { name } of entries) await log(`${name}\n`);
  const made = writeArchive(entries);
  const data = options.has("z") ? await zipped(made) : made;
  if (archive === undefined) await io.stdout(data);
  else files.write(archive, data);
  if (failed) void io.stderr("tar: error exit delayed from previous errors\n");
  return failed;
}

const isNamed = (name: string, words: readonly string[]): boolean =>
  !words.length ||
  words.some((word) => name === word.replace(/^\.\/|\/$/g, "") || name.startsWith(`${word.replace(/\/$/, "")}/`));

/** Extracts, or lists. */
async function unpack({ world, io, options, folder, archive }: Task): Promise<number> {
  const { has, value, words } = options;
  const { files } = world;
  const given = archive === undefined ? await readAll(world, io.stdin, io.signal) : files.read(archive);
  const strip = Number(value("S") ?? 0);
  for (const entry of readArchive(given[0] === 0x1f && given[1] === 0x8b ? await unzipped(given) : given)) {
    if (!isNamed(entry.name.replace(/\/$/, ""), words)) continue;
    if (has("t")) await io.stdout(has("v") ? longRow(files, entry) : `${entry.name}\n`);
    else if (has("O")) await io.stdout(entry.data);
    else {
      if (has("v")) await io.stdout(`${entry.name}\n`);
      extract(files, { ...entry, name: entry.name.split("/").slice(strip).join("/") }, folder);
    }
  }
  return 0;
}

function longRow(files: FileSpace, { type, mode, user, group, data, changedAt, name }: Entry): string {
  const kind = type === "5" ? "directory" : type === "2" ? "link" : "file";
  const owner = `${userName(files, user) ?? user}/${group}`;
  return `${modeText({ kind, mode })} ${owner} ${String(data.length).padStart(9)} ${isoTime(changedAt)} ${name}\n`;
}

const long = {
  ...{ create: "c", extract: "x", list: "t", file: "f", gzip: "z", directory: "C", verbose: "v", exclude: "X" },
  ...{ "no-same-owner": "o", "no-same-permissions": "p", warning: "W", "strip-components": "S", "to-stdout": "O" },
};

export const tar: Program = (world, io) => {
  // the first word may be options without a dash
  const args = /^[a-zA-Z]+$/.test(io.args[0] ?? "") ? [`-${io.args[0]}`, ...io.args.slice(1)] : io.args;
  const options = readOptions(args, "cxtvzkopmOhf:C:W:X:S:T:", long);
  const named = options.value("f");
  const archive = named === undefined || named === "-" ? undefined : absolute(named, io.cwd);
  const task = { world, io, options, archive, folder: absolute(options.value("C") ?? ".", io.cwd) };
  if (options.has("c")) return create(task);
  if (options.has("x") || options.has("t")) return unpack(task);
  throw new ProgramError("must specify one of -c, -x, -t");
};
