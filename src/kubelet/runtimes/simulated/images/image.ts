/** How an image that simulated nodes can pull is written down. */
import { type FolderNode, file, folder, type Node, share, unshared } from "../files/node.ts";
import { programFile } from "../programs/run.ts";

export interface ImageDefinition {
  /** With its registry. */
  readonly repository: string;
  /** The version that a tag stands for; undefined: there is no such tag. */
  readonly version: (tag: string) => string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Before the arguments, where the pod gives some. */
  readonly entrypoint?: readonly string[];
  /** What a container of it runs when nothing else is said. */
  readonly command: readonly string[];
  readonly env?: (version: string) => Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: number;
  /** That the user is in, beside its own. */
  readonly groups?: readonly number[];
  /** Its files. Containers share them until they write. */
  readonly root: (version: string, tag: string) => FolderNode;
}

type Content = string | Node;

/** A tree with more files in it; the tree itself stays as it is, and what is not changed is shared. */
export function withFiles(base: FolderNode, files: Readonly<Record<string, Content>>): FolderNode {
  let made = base;
  for (const [path, content] of Object.entries(files)) {
    const node = typeof content === "string" ? file(content) : content;
    made = put(made, path.split("/").filter(Boolean), node);
  }
  return share(made);
}

function put(into: FolderNode, [name = "", ...rest]: readonly string[], node: Node): FolderNode {
  const made = unshared(into);
  const next = made.entries.get(name);
  made.entries.set(name, rest.length ? put(next?.kind === "directory" ? next : folder(), rest, node) : node);
  return made;
}

/** Programs in a folder, to be run by their names. */
export const programsIn = (path: string, names: readonly string[]): Record<string, Node> =>
  Object.fromEntries(names.map((name) => [`${path}/${name}`, file(programFile(name), 0o755)]));

/**
 * Tags as official images have them. `last`: of each minor version, in order, its last patch. A shorter tag stands for the newest
 * version that it begins; `names` stand for the newest of all, or for the version that they say.
 */
export function versionsOf(
  last: Readonly<Record<string, number>>,
  { suffix = "", names = {} }: { readonly suffix?: string; readonly names?: Readonly<Record<string, string>> } = {},
): (tag: string) => string | undefined {
  const minors = Object.keys(last);
  const whole = (minor: string | undefined): string | undefined => minor && `${minor}.${last[minor]}`;
  const newest = whole(minors.at(-1));
  return (tag) => {
    const [, bare = tag] = new RegExp(`^(.*?)(?:-?(?:${suffix || "(?!)"}))?$`).exec(tag) ?? [];
    if (bare === "" || bare === "latest") return newest;
    if (Object.hasOwn(names, bare)) return names[bare];
    const patch = /^(.*)\.(\d+)$/.exec(bare);
    if (patch && Object.hasOwn(last, patch[1] as string) && Number(patch[2]) <= (last[patch[1] as string] as number))
      return bare;
    return whole(minors.findLast((minor) => minor === bare || minor.startsWith(`${bare}.`)));
  };
}
