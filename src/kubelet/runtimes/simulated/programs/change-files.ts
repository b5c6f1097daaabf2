/** Programs that make, move, copy and remove files. */
import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { each } from "./each-path.ts";
import { readOptions } from "./options.ts";

const nameOf = (path: string): string => path.replace(/\/+$/, "").split("/").at(-1) ?? "";
const needs = (words: readonly string[], count = 1): void => {
  if (words.length < count) throw new ProgramError("missing operand");
};

const mkdir: Program = ({ files }, io) => {
  const { words, has, value } = readOptions(io.args, "pvm:", { parents: "p", mode: "m" });
  needs(words);
  const mode = value("m") === undefined ? 0o755 : Number.parseInt(value("m") as string, 8);
  const make = (path: string): void => (has("p") ? files.makeDirectories(path, mode) : files.makeDirectory(path, mode));
  return each(io, words, make, (path, why) => `can't create directory '${path}': ${why.message}`);
};

const rmdir: Program = ({ files }, io) => {
  const { words } = readOptions(io.args, "p");
  const remove = (path: string): void => {
    if (files.lstat(path).kind !== "directory") throw new FileError("ENOTDIR");
    files.remove(path);
  };
  return each(io, words, remove, (path, why) => `'${path}': ${why.message}`);
};

/** A file, or a folder with all that is in it. */
function removeTree({ files }: World, path: string): void {
  const node = files.lstat(path);
  if (node.kind === "directory")
    for (const name of [...node.entries.keys()]) removeTree({ files } as World, `${path}/${name}`);
  files.remove(path);
}

const rm: Program = (world, io) => {
  const { words, has } = readOptions(io.args, "rRfiv", { recursive: "r", force: "f" });
  if (!words.length && !has("f")) needs(words);
  let failed = 0;
  const remove = (path: string, name: string): void => {
    if (/(^|\/)\.\.?$/.test(name)) return;
    const node = has("f") ? found(world, path) : world.files.lstat(path);
    if (!node) return;
    if (node.kind === "directory" && !has("r") && !has("R")) {
      void io.stderr(`rm: '${name}' is a directory\n`);
      failed = 1;
    } else removeTree(world, path);
  };
  return each(io, words, remove, (path, why) => `can't remove '${path}': ${why.message}`) || failed;
};

function found({ files }: World, path: string) {
  try {
    return files.lstat(path);
  } catch (error) {
    if (error instanceof FileError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const touch: Program = ({ files, clock }, io) => {
  const { words, has } = readOptions(io.args, "camhd:t:r:");
  needs(words);
  return each(io, words, (path) => {
    if (files.find(path)) files.set(path, { changedAt: clock.now() });
    else if (!has("c")) files.write(path, new Uint8Array());
  });
};

/** Copies a file or a tree; `keeps`: with owner and time. */
function copy(world: World, from: string, to: string, keeps: boolean): void {
  const { files } = world;
  const node = files.lstat(from);
  if (node.kind === "link") {
    if (found(world, to)) files.remove(to);
    files.symlink(node.target, to);
    return;
  }
  if (node.kind === "directory") {
    if (!files.find(to)) files.makeDirectory(to, node.mode & 0o777);
    for (const name of files.list(from)) copy(world, `${from}/${name}`, `${to}/${name}`, keeps);
  } else files.write(to, files.read(from).slice(), { mode: node.mode & 0o777 });
  if (keeps) files.set(to, { mode: node.mode, user: node.user, group: node.group, changedAt: node.changedAt });
}

/** Where each of the sources goes: into a folder, or under a new name. */
function destinations(
  { files }: World,
  io: Invocation,
  words: readonly string[],
  folder?: string,
): readonly (readonly [from: string, to: string])[] {
  const sources = folder === undefined ? words.slice(0, -1) : words;
  const last = folder ?? words.at(-1) ?? "";
  const target = absolute(last, io.cwd);
  const isFolder = files.find(target)?.kind === "directory";
  if (sources.length > 1 && !isFolder) throw new ProgramError(`target '${last}' is not a directory`);
  return sources.map((source) => [source, isFolder ? `${target.replace(/\/$/, "")}/${nameOf(source)}` : target]);
}

const cp: Program = (world, io) => {
  const { words, has, value } = readOptions(io.args, "rRapfivLdPut:T", { recursive: "r", archive: "a", force: "f" });
  needs(words, has("t") ? 1 : 2);
  const deep = has("r") || has("R") || has("a");
  let failed = 0;
  for (const [source, to] of destinations(world, io, words, value("t"))) {
    const from = absolute(source, io.cwd);
    const says = (path: string, why: FileError): string =>
      world.files.find(from) ? `can't create '${to}': ${why.message}` : `can't stat '${path}': ${why.message}`;
    failed ||= each(
      io,
      [source],
      () => {
        const follows = !has("a") && !has("d") && !has("P") && !(deep && world.files.lstat(from).kind === "directory");
        const real = follows ? world.files.realPath(from) : from;
        if (world.files.stat(real).kind === "directory" && !deep)
          throw new ProgramError(`omitting directory '${source}'`);
        copy(world, real, to, has("a") || has("p"));
      },
      says,
    );
  }
  return failed;
};

const mv: Program = (world, io) => {
  const { words, value } = readOptions(io.args, "finvt:T");
  needs(words, value("t") ? 1 : 2);
  let failed = 0;
  for (const [source, to] of destinations(world, io, words, value("t"))) {
    const from = absolute(source, io.cwd);
    failed ||= each(
      io,
      [source],
      () => {
        world.files.lstat(from);
        const folder = to.slice(0, to.lastIndexOf("/")) || "/";
        if (world.files.mountOf(from) === world.files.mountOf(folder)) world.files.rename(from, to);
        else {
          copy(world, from, to, true);
          removeTree(world, from);
        }
      },
      (path, why) => `can't rename '${path}': ${why.message}`,
    );
  }
  return failed;
};

const ln: Program = (world, io) => {
  const { words, has } = readOptions(io.args, "sfnvT");
  needs(words);
  const all = words.length === 1 ? [...words, nameOf(words[0] as string)] : words;
  let failed = 0;
  for (const [source, to] of destinations(world, io, all))
    failed ||= each(io, [to], () => {
      if (has("f") && found(world, to)) world.files.remove(to);
      if (has("s")) world.files.symlink(source, to);
      else world.files.hardLink(absolute(source, io.cwd), to);
    });
  return failed;
};

const readlink: Program = async ({ files }, io) => {
  const { words, has } = readOptions(io.args, "fnem");
  const path = absolute(words[0] ?? "", io.cwd);
  try {
    const node = files.lstat(path);
    if (!has("f") && io.name === "readlink" && node.kind !== "link") return 1;
    await io.stdout(
      `${node.kind === "link" && !has("f") && io.name === "readlink" ? node.target : files.realPath(path)}\n`,
    );
    return 0;
  } catch (error) {
    if (io.name === "realpath" && error instanceof FileError) throw new ProgramError(`${words[0]}: ${error.message}`);
    return 1;
  }
};

const mktemp: Program = async ({ files, clock }, io) => {
  const { words, has, value } = readOptions(io.args, "dqutp:");
  const template = words[0] ?? `${value("p") ?? "/tmp"}/tmp.XXXXXX`;
  for (let i = Math.floor(clock.now()); ; i++) {
    const tail = i.toString(36).slice(-6).padStart(6, "a");
    const name = template.replace(/X+$/, (marks) => tail.slice(-marks.length));
    const path = absolute(name, io.cwd);
    if (files.find(path)) continue;
    if (has("d")) files.makeDirectory(path, 0o700);
    else files.write(path, new Uint8Array(), { mode: 0o600 });
    await io.stdout(`${name}\n`);
    return 0;
  }
};

export const changing: Readonly<Record<string, Program>> = {
  ...{
    mkdir,
    rmdir,
    rm,
    unlink: rm,
    touch,
    cp,
    mv,
    ln,
    readlink,
    realpath: readlink,
    mktemp,
  },
  truncate: ({ files }, io) => {
    const { words, value } = readOptions(io.args, "cs:");
    return each(io, words, (path) => {
      const size = Number(value("s") ?? 0);
      const made = new Uint8Array(size);
      const known = files.find(path);
      if (known?.kind === "file") made.set(known.data.subarray(0, size));
      files.write(path, made);
    });
  },
};
