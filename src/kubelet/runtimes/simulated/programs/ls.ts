/** `ls` and `stat`. */
import { FileError } from "../files/file-error.ts";
import type { Node } from "../files/node.ts";
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { groupName, humanBytes, modeText, sizeOf, userName } from "./attributes.ts";
import { formatTime, isoTime } from "./date.ts";
import { type Options, readOptions } from "./options.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly node: Node;
}

const ls: Program = async (world, io) => {
  const options = readOptions(io.args, "1aAldhiFprtSRCnkLscxgoQ", { all: "a", color: "C", full: "l" });
  const paths = options.words.length ? options.words : ["."];
  let failed = 0;
  const files: Entry[] = [];
  const folders: Entry[] = [];
  for (const name of paths) {
    const path = absolute(name, io.cwd);
    try {
      const follows = !options.has("l") || options.has("L") || name.endsWith("/");
      const node = follows ? (world.files.find(path) ?? world.files.lstat(path)) : world.files.lstat(path);
      (node.kind === "directory" && !options.has("d") ? folders : files).push({ name, path, node });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`ls: ${name}: ${error.message}\n`);
      failed = 1;
    }
  }
  const parts: string[] = [];
  if (files.length) parts.push(shown(world, io, sorted(files, options), options));
  const queue = sorted(folders, options);
  const titled = paths.length > 1 || options.has("R");
  for (let folder = queue.shift(); folder; folder = queue.shift()) {
    try {
      const entries = sorted(inside(world, folder.path, options), options);
      const total = options.has("l")
        ? `total ${entries.reduce((sum, { node }) => sum + Math.ceil(sizeOf(node) / 4096) * 4, 0)}\n`
        : "";
      parts.push((titled ? `${folder.name}:\n` : "") + total + shown(world, io, entries, options));
      if (options.has("R"))
        queue.unshift(
          ...entries
            .filter(({ name, node }) => node.kind === "directory" && name !== "." && name !== "..")
            .map((e) => ({ ...e, name: `${folder?.name}/${e.name}` })),
        );
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`ls: can't open '${folder.name}': ${error.message}\n`);
      failed = 1;
    }
  }
  await io.stdout(parts.join("\n"));
  return failed;
};

function inside({ files }: World, path: string, options: Options): Entry[] {
  const dots = options.has("a") ? [".", ".."] : [];
  const names = [...dots, ...files.list(path)].filter(
    (name) => options.has("a") || options.has("A") || !name.startsWith("."),
  );
  const join = (name: string): string => `${path.replace(/\/$/, "")}/${name}`;
  return names.map((name) => ({
    name,
    path: join(name),
    node: options.has("L") ? files.stat(join(name)) : files.lstat(join(name)),
  }));
}

function sorted(entries: Entry[], options: Options): Entry[] {
  if (options.has("t")) entries.sort((a, b) => b.node.changedAt - a.node.changedAt);
  else if (options.has("S")) entries.sort((a, b) => sizeOf(b.node) - sizeOf(a.node));
  else entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return options.has("r") ? entries.reverse() : entries;
}

function mark(node: Node, options: Options): string {
  if (node.kind === "directory" && (options.has("F") || options.has("p"))) return "/";
  if (!options.has("F")) return "";
  return node.kind === "link" ? "@" : node.kind === "file" && node.mode & 0o111 ? "*" : "";
}

function shown(world: World, io: Invocation, entries: readonly Entry[], options: Options): string {
  if (options.has("l") || options.has("n") || options.has("g") || options.has("o"))
    return longRows(world, entries, options);
  const names = entries.map(({ name, node }) => name + mark(node, options));
  if (!io.terminal || options.has("1") || !names.length) return names.map((name) => `${name}\n`).join("");
  // columns of a screen of 80, filled downwards
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const columns = Math.max(1, Math.floor(80 / width));
  const rows = Math.ceil(names.length / columns);
  const lines = Array.from({ length: rows }, (_, row) =>
    names
      .filter((_name, i) => i % rows === row)
      .map((name) => name.padEnd(width))
      .join("")
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}

function longRows({ files, clock }: World, entries: readonly Entry[], options: Options): string {
  const now = clock.now();
  const numeric = options.has("n");
  return entries
    .map(({ name, node }) => {
      const links =
        node.kind === "directory" ? 2 + [...node.entries.values()].filter((e) => e.kind === "directory").length : 1;
      const owner = (numeric ? undefined : userName(files, node.user)) ?? String(node.user);
      const group = (numeric ? undefined : groupName(files, node.group)) ?? String(node.group);
      const size =
        node.kind === "device" ? "1,   3" : options.has("h") ? humanBytes(sizeOf(node)) : String(sizeOf(node));
      const recent = Math.abs(now - node.changedAt) < 180 * 86_400_000;
      const time = formatTime(node.changedAt, recent ? "%b %e %H:%M" : "%b %e  %Y");
      const target = node.kind === "link" ? ` -> ${node.target}` : mark(node, options);
      return `${modeText(node)} ${String(links).padStart(4)} ${owner.padEnd(8)} ${group.padEnd(8)} ${size.padStart(9)} ${time} ${name}${target}\n`;
    })
    .join("");
}

function statFormat(format: string, name: string, node: Node, { files }: World): string {
  const values: Readonly<Record<string, string>> = {
    n: name,
    N: node.kind === "link" ? `'${name}' -> '${node.target}'` : name,
    A: modeText(node),
    a: (node.mode & 0o7777).toString(8),
    f: (node.mode | { file: 0o100000, directory: 0o040000, link: 0o120000, device: 0o020000 }[node.kind]).toString(16),
    u: String(node.user),
    g: String(node.group),
    U: userName(files, node.user) ?? "UNKNOWN",
    G: groupName(files, node.group) ?? "UNKNOWN",
    s: String(sizeOf(node)),
    b: String(Math.ceil(sizeOf(node) / 4096) * 8),
    B: "512",
    o: "4096",
    h: "1",
    F:
      node.kind === "file"
        ? sizeOf(node)
          ? "regular file"
          : "regular empty file"
        : node.kind === "link"
          ? "symbolic link"
          : node.kind === "device"
            ? "character special file"
            : "directory",
    ...Object.fromEntries([..."XYZW"].map((letter) => [letter, String(Math.floor(node.changedAt / 1000))])),
    ...Object.fromEntries([..."xyzw"].map((letter) => [letter, `${isoTime(node.changedAt)}.000000000 +0000`])),
  };
  return format.replace(/%(-?\d*)([a-zA-Z%])/g, (whole, width: string, letter: string) => {
    if (letter === "%") return "%";
    const value = Object.hasOwn(values, letter) ? (values[letter] as string) : whole;
    return width.startsWith("-") ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
  });
}

const statText = [
  "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: 2fh/47d\tInode: 1            Links: %h\n",
  "Access: (0%a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n",
].join("");

const stat: Program = async (world, io) => {
  const { words, value, has } = readOptions(io.args, "Lftc:", { format: "c" });
  if (!words.length) throw new ProgramError("missing operand");
  let failed = 0;
  for (const name of words) {
    const path = absolute(name, io.cwd);
    try {
      const node = has("L") ? world.files.stat(path) : world.files.lstat(path);
      await io.stdout(
        value("c") === undefined
          ? statFormat(statText, name, node, world)
          : `${statFormat(value("c") as string, name, node, world)}\n`,
      );
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`stat: can't stat '${name}': ${error.message}\n`);
      failed = 1;
    }
  }
  return failed;
};

export const listing: Readonly<Record<string, Program>> = { ls, stat };
