/** `find`. */
import { FileError } from "../files/file-error.ts";
import type { Node } from "../files/node.ts";
import { absolute, type Invocation, type Program, ProgramError, type Run, type World } from "../process.ts";
import { matches } from "../shell/patterns.ts";
import { sizeOf } from "./attributes.ts";

interface Found {
  readonly path: string;
  readonly full: string;
  readonly node: Node;
  readonly depth: number;
}
/** What has been found so far, for `-exec … +`. */
interface Search {
  readonly world: World;
  readonly io: Invocation;
  readonly run: Run;
  readonly later: Map<readonly string[], string[]>;
  pruned: boolean;
}
type Test = (found: Found, search: Search) => Promise<boolean> | boolean;

const kinds: Readonly<Record<string, Node["kind"]>> = { f: "file", d: "directory", l: "link", c: "device" };
const nameOf = (path: string): string => (path === "/" ? "/" : (path.replace(/\/+$/, "").split("/").at(-1) ?? ""));

/** `+3`, `-3`, `3`. */
function compared(text: string): (value: number) => boolean {
  const number = Number(text.replace(/^[-+]/, ""));
  return (value) => (text.startsWith("+") ? value > number : text.startsWith("-") ? value < number : value === number);
}

class Expression {
  readonly #words: readonly string[];
  #at = 0;
  /** It does something of its own with what it finds. */
  acts = false;
  least = 0;
  most = Number.POSITIVE_INFINITY;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  whole(): Test {
    const test = this.#words.length ? this.#or() : () => true;
    if (this.#at < this.#words.length) throw new ProgramError(`unrecognized: ${this.#words[this.#at]}`);
    return test;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#words[this.#at] === "-o" || this.#words[this.#at] === "-or") {
      this.#at++;
      const [a, b] = [left, this.#and()];
      left = async (found, search) => (await a(found, search)) || b(found, search);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    while (this.#at < this.#words.length && !["-o", "-or", ")"].includes(this.#words[this.#at] as string)) {
      if (this.#words[this.#at] === "-a" || this.#words[this.#at] === "-and") this.#at++;
      const [a, b] = [left, this.#not()];
      left = async (found, search) => (await a(found, search)) && b(found, search);
    }
    return left;
  }

  #not(): Test {
    const word = this.#words[this.#at++];
    if (word === "!" || word === "-not") {
      const inner = this.#not();
      return async (found, search) => !(await inner(found, search));
    }
    if (word !== "(") return this.#single(word ?? "");
    const inner = this.#or();
    if (this.#words[this.#at++] !== ")") throw new ProgramError("unmatched '('");
    return inner;
  }

  #word(of: string): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new ProgramError(`option requires an argument: ${of}`);
    return word;
  }

  #single(word: string): Test {
    switch (word) {
      case "-name":
      case "-iname": {
        const pattern = this.#word(word);
        const lower = (text: string): string => (word === "-iname" ? text.toLowerCase() : text);
        return ({ path }) => matches(lower(nameOf(path)), lower(pattern));
      }
      case "-path":
      case "-wholename": {
        const pattern = this.#word(word);
        return ({ path }) => matches(path, pattern);
      }
      case "-type": {
        const kind = kinds[this.#word(word)];
        return ({ node }) => node.kind === kind;
      }
      case "-size": {
        const [, sign = "", count = "0", unit = "b"] = /^([-+]?)(\d+)([bckMG]?)$/.exec(this.#word(word)) ?? [];
        const bytes = { c: 1, k: 1024, M: 2 ** 20, G: 2 ** 30 }[unit] ?? 512;
        const is = compared(sign + count);
        return ({ node }) => is(Math.ceil(sizeOf(node) / bytes));
      }
      case "-mtime":
      case "-mmin": {
        const is = compared(this.#word(word));
        const unit = word === "-mmin" ? 60_000 : 86_400_000;
        return ({ node }, { world }) => is(Math.floor((world.clock.now() - node.changedAt) / unit));
      }
      case "-perm": {
        const text = this.#word(word);
        const mode = Number.parseInt(text.replace(/^[-/+]/, ""), 8);
        return ({ node }) =>
          /^[/+]/.test(text)
            ? (node.mode & mode) !== 0
            : text.startsWith("-")
              ? (node.mode & mode) === mode
              : (node.mode & 0o7777) === mode;
      }
      case "-user":
      case "-group": {
        const id = Number(this.#word(word));
        return ({ node }) => (word === "-user" ? node.user : node.group) === id;
      }
      case "-newer": {
        const other = this.#word(word);
        return ({ node }, { world, io }) => node.changedAt > world.files.stat(absolute(other, io.cwd)).changedAt;
      }
      case "-empty":
        return ({ node }) =>
          node.kind === "directory" ? node.entries.size === 0 : node.kind === "file" && node.data.length === 0;
      case "-maxdepth":
        this.most = Number(this.#word(word));
        return () => true;
      case "-mindepth":
        this.least = Number(this.#word(word));
        return () => true;
      case "-follow":
      case "-xdev":
      case "-depth":
      case "-true":
        return () => true;
      case "-prune":
        return (_, search) => {
          search.pruned = true;
          return true;
        };
      default:
        return this.#action(word);
    }
  }

  #action(word: string): Test {
    this.acts = true;
    switch (word) {
      case "-print":
      case "-print0":
        return async ({ path }, { io }) => {
          await io.stdout(path + (word === "-print" ? "\n" : "\0"));
          return true;
        };
      case "-delete":
        return ({ full }, { world }) => {
          world.files.remove(full);
          return true;
        };
      case "-exec": {
        const end = this.#words.findIndex((each, i) => i >= this.#at && (each === ";" || each === "+"));
        if (end < 0) throw new ProgramError("option requires an argument: -exec");
        const command = this.#words.slice(this.#at, end);
        this.#at = end + 1;
        if (this.#words[end] === "+")
          return ({ path }, { later }) => {
            later.set(command, [...(later.get(command) ?? []), path]);
            return true;
          };
        return async ({ path }, { io, run }) =>
          (await run(
            command.map((each) => each.replaceAll("{}", path)),
            io,
          )) === 0;
      }
      default:
        throw new ProgramError(`unrecognized: ${word}`);
    }
  }
}

export const find: Program = async (world, io, run) => {
  const words = [...io.args];
  let follows = false;
  while (/^-[LHP]$/.test(words[0] ?? "")) follows = words.shift() === "-L" || follows;
  const start = words.findIndex((word) => /^[-!(]/.test(word));
  const paths = start < 0 ? words.splice(0) : words.splice(0, start);
  const expression = new Expression(words);
  const test = expression.whole();
  const search: Search = { world, io, run, later: new Map(), pruned: false };
  let failed = 0;
  const visit = async (path: string, full: string, depth: number): Promise<void> => {
    let node: Node;
    try {
      node = follows ? (world.files.find(full) ?? world.files.lstat(full)) : world.files.lstat(full);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`find: ${path}: ${error.message}\n`);
      failed = 1;
      return;
    }
    const names = node.kind === "directory" && depth < expression.most ? listed(world, io, full, path) : [];
    search.pruned = false;
    const deepFirst = words.includes("-delete") || words.includes("-depth");
    const judge = async (): Promise<void> => {
      if (depth < expression.least) return;
      const is = await test({ path, full, node, depth }, search);
      if (is && !expression.acts) await io.stdout(`${path}\n`);
    };
    if (!deepFirst) await judge();
    if (!search.pruned)
      for (const name of names)
        await visit(`${path.replace(/\/$/, "")}/${name}`, `${full.replace(/\/$/, "")}/${name}`, depth + 1);
    if (deepFirst) await judge();
  };
  for (const path of paths.length ? paths : ["."]) await visit(path, absolute(path, io.cwd), 0);
  for (const [command, found] of search.later)
    if (
      await run(
        command.flatMap((word) => (word === "{}" ? found : [word])),
        io,
      )
    )
      failed = 1;
  return failed;
};

function listed({ files }: World, io: Invocation, full: string, path: string): string[] {
  try {
    return files.list(full);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    void io.stderr(`find: ${path}: ${error.message}\n`);
    return [];
  }
}
