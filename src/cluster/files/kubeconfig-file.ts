/**
 * Changing a kubeconfig file that others may change at the same time: under the lock that client-go takes (`<file>.lock`,
 * made by whoever can), written whole or not at all, and not at all where it is not understood.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { type Clock, sleep } from "../../base/clock.ts";

export interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface Kubeconfig {
  apiVersion: string;
  kind: string;
  clusters: Named[];
  users: Named[];
  contexts: Named[];
  "current-context": string;
  [field: string]: unknown;
}

/** A kubeconfig file that cannot be used; nothing in it was changed. */
export class KubeconfigProblem extends Error {
  override readonly name = "KubeconfigProblem";
  readonly file: string;
  readonly hint: string;
  constructor(file: string, why: string, hint: string) {
    super(why);
    this.file = file;
    this.hint = hint;
  }
}

/** Others hold the lock for milliseconds. */
const patienceMs = 10_000;
const lists = ["clusters", "users", "contexts"] as const;

/** Throws KubeconfigProblem if `changeKubeconfig` would, as far as can be seen before. */
export function checkKubeconfig(file: string): void {
  readKubeconfig(file);
  let folder = path.dirname(whole(file));
  while (!existsSync(folder)) folder = path.dirname(folder);
  try {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** The file's content; undefined: there is none, or it is empty. */
export function readKubeconfig(file: string): Kubeconfig | undefined {
  const another = "mend it or move it away, or choose another: --kubeconfig FILE";
  let content: unknown;
  try {
    if (!existsSync(file)) return undefined;
    content = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new KubeconfigProblem(file, firstLine(error), another);
  }
  if (content === null || content === undefined) return undefined;
  if (typeof content !== "object" || Array.isArray(content))
    throw new KubeconfigProblem(file, "it holds no mapping", another);
  const config = content as Kubeconfig;
  for (const list of lists) {
    const items: unknown = config[list] ?? [];
    const named = (item: unknown): boolean => typeof item === "object" && item !== null && "name" in item;
    if (!Array.isArray(items) || !items.every(named))
      throw new KubeconfigProblem(file, `its ${list} are no list of named entries`, another);
  }
  return config;
}

/** Replaces the content by what `change` makes of it; undefined leaves it alone. Throws KubeconfigProblem. */
export async function changeKubeconfig(
  file: string,
  clock: Clock,
  change: (known: Kubeconfig | undefined) => Kubeconfig | undefined,
): Promise<void> {
  const target = whole(file);
  const release = await lock(file, target, clock);
  try {
    const next = change(readKubeconfig(target));
    if (next) write(target, stringify(next));
  } catch (error) {
    throw error instanceof KubeconfigProblem ? error : unwritable(file, error);
  } finally {
    release();
  }
}

/** Behind a link, the file that it leads to. */
const whole = (file: string): string => (existsSync(file) ? realpathSync(file) : path.resolve(file));

async function lock(file: string, target: string, clock: Clock): Promise<() => void> {
  const name = `${target}.lock`;
  try {
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(file, error);
  }
  for (const end = clock.now() + patienceMs; ; ) {
    try {
      closeSync(openSync(name, "wx", 0o600));
      return () => rmSync(name, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw unwritable(file, error);
      if (clock.now() > end)
        throw new KubeconfigProblem(file, `another program holds ${name}`, `if none is at work: rm ${name}`);
    }
    await sleep(clock, 10);
  }
}

function write(target: string, text: string): void {
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o600;
  writeFileSync(`${target}.cox-new`, text, { mode });
  renameSync(`${target}.cox-new`, target);
}

const unwritable = (file: string, error: unknown): KubeconfigProblem =>
  new KubeconfigProblem(file, firstLine(error), "make it writable, or choose another: --kubeconfig FILE");

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]?.replace(/:$/, "") ?? "";
