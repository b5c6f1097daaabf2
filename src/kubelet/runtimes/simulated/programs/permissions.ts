/** `chmod`, `chown`, `chgrp`. */
import { type Program, ProgramError, type World } from "../process.ts";
import { idOf } from "./attributes.ts";
import { each } from "./each-path.ts";
import { readOptions } from "./options.ts";

const needs = (words: readonly string[]): void => {
  if (!words.length) throw new ProgramError("missing operand");
};

/** The mode that `u+x,go-w` or `0644` makes of another. */
function changedMode(text: string, mode: number, isFolder: boolean): number {
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

export const permissions: Readonly<Record<string, Program>> = { chmod, chown, chgrp: chown };
