/** Programs that make, move, copy and remove files. */
import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { idOf } from "./attributes.ts";
import { readOptions } from "./options.ts";

/** Does something with each path; says where it could not, and goes on. */
function each(
  io: Invocation,
  paths: readonly string[],
  work: (full: string, path: string) => void,
  says = (path: string, why: FileError) => `${path}: ${why.message}`,
): number {
  let failed = 0;
  for (const path of paths) {
    try {
      work(absolute(path, io.cwd), path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`${io.name}: ${says(path, error)}\n`);
      failed = 1;
    }
  }
  return failed;
}

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

/** The mode that `u+x,go-w` or `0644` makes of another. */
export function changedMode(text: string, mode: number, isFolder: boolean): number {
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  let made = mode;
  for (const clause of text.split(",")) {
    const [, who = "", operator = "", what = ""] = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause) ?? [];
    if (!operator) throw new ProgramError(`invalid mode '${text}'`);
    const everyone = who === "" || who.includes("a");
    for (const [letter, shift] of [
      ["u", 6],
      ["g", 3],
      ["o", 0],
    ] as const) {
      if (!everyone && !who.includes(letter)) continue;
      let bits = 0;
      if (what.includes("r")) bits |= 4;
      if (what.includes("w")) bits |= 2;
      if (what.includes("x") || (what.includes("X") && (isFolder || mode & 0o111))) bits |= 1;
      if (operator === "=") made &= ~(7 << shift);
      made = operator === "-" ? made & ~(bits << shift) : made | (bits << shift);
    }
    const special =
      (what.includes("t") ? 0o1000 : 0) |
      (what.includes("s") ? (everyone || who.includes("g") ? 0o2000 : 0) | (who.includes("u") ? 0o4000 : 0) : 0);
    made = operator === "-" ? made & ~special : made | special;
  }
  return made;
}

/** A path and, where asked, all below it. */
function below({ files }: World, path: string, deep: boolean): string[] {
  const node = files.lstat(path);
  if (!deep || node.kind !== "directory") return [path];
  return [path, ...files.list(path).flatMap((name) => below({ files } as World, `${path}/${name}`, deep))];
}

const chmod: Program = (world, io) => {
  const [mode = "", ...rest] = io.args.filter((arg) => !/^-[Rfvc]+$/.test(arg));
  needs(rest);
  const deep = io.args.some((arg) => /^-\w*R/.test(arg));
  return each(io, rest, (path) => {
    for (const at of below(world, path, deep)) {
      const node = world.files.stat(at);
      world.files.set(at, { mode: changedMode(mode, node.mode, node.kind === "directory") });
    }
  });
};

const chown: Program = (world, io) => {
  const { words, has } = readOptions(io.args, "Rhfvc");
  const [owner = "", ...paths] = words;
  needs(paths);
  const [user = "", group] = io.name === "chgrp" ? ["", owner] : owner.split(/[:.]/);
  const ids = {
    user: user === "" ? undefined : idOf(world.files, "passwd", user),
    group: group ? idOf(world.files, "group", group) : undefined,
  };
  if (user && ids.user === undefined) throw new ProgramError(`unknown user ${user}`);
  if (group && ids.group === undefined) throw new ProgramError(`unknown group ${group}`);
  const set = {
    ...(ids.user !== undefined && { user: ids.user }),
    ...(ids.group !== undefined && { group: ids.group }),
  };
  return each(io, paths, (path) => {
    for (const at of below(world, path, has("R"))) world.files.set(at, set, { follow: !has("h") });
  });
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
    chmod,
    chown,
    chgrp: chown,
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
