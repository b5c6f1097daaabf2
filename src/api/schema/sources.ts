/**
 * The lines in which types are written down, by group and version. A text is taken apart when a type of its version is
 * first asked for: versions that nobody serves cost nothing until somebody sends one.
 *
 * Many versions of a group are nearly the same. `like` says of which versions a version has all types, under its own name
 * (their fields name the types of the new version); the text then holds what differs:
 *
 *     - DaemonSet DaemonSetSpec          these it has not
 *     Subject like                       the other version's type, but for these fields
 *       -apiGroup
 *       apiVersion 2 string
 *     DeviceTaint like resource/v1beta2  the type of a version that is not in `like`
 *     RoleRef                            a type of its own
 *       kind 1 string
 *
 * Changed fields keep their place, new ones stand behind the others.
 */
export interface TypeText {
  readonly groupVersion: string;
  readonly like?: readonly string[];
  readonly text: string;
}

export interface Source {
  /** What stands behind the name: `kind`, `atomic`. */
  readonly marks: readonly string[];
  readonly fields: readonly string[];
}

type Version = ReadonlyMap<string, Source>;

export class Sources {
  readonly #served: readonly TypeText[];
  readonly #known: readonly TypeText[];
  readonly #read = new Map<string, Version>();

  /** `known`: of what is not served, so that `names` leaves it out. */
  constructor(served: readonly TypeText[], known: readonly TypeText[]) {
    this.#served = served;
    this.#known = known;
  }

  /** `apps/v1`, `Deployment`. */
  of(groupVersion: string, name: string): Source | undefined {
    return this.version(groupVersion).get(name);
  }

  /** All types of a version; none if there is no such version. */
  version(groupVersion: string): Version {
    let read = this.#read.get(groupVersion);
    if (!read) {
      read = this.#join(groupVersion, [...this.#served, ...this.#known]);
      this.#read.set(groupVersion, read);
    }
    return read;
  }

  /** The whole names of what is served, in the order of the texts. */
  *names(): IterableIterator<string> {
    for (const groupVersion of new Set(this.#served.map((text) => text.groupVersion)))
      for (const name of this.#join(groupVersion, this.#served).keys()) yield `${groupVersion}.${name}`;
  }

  #join(groupVersion: string, texts: readonly TypeText[]): Version {
    const all = new Map<string, Source>();
    for (const text of texts) if (text.groupVersion === groupVersion) this.#take(text, all);
    return all;
  }

  #take({ like = [], text }: TypeText, all: Map<string, Source>): void {
    for (const other of like) for (const [name, source] of this.version(other)) all.set(name, source);
    for (const { head, lines } of blocks(text)) {
      const [name = "", ...marks] = head.split(" ");
      if (name === "-") for (const gone of marks) all.delete(gone);
      else if (marks[0] !== "like") all.set(name, { marks, fields: lines });
      else {
        const base = marks[1] ? this.of(marks[1], name) : all.get(name);
        if (!base) throw new Error(`no type ${name} to be like`);
        all.set(name, { marks: base.marks, fields: changed(base.fields, lines) });
      }
    }
  }
}

/** A line that is not set in, and the lines below it that are. */
function blocks(text: string): { readonly head: string; readonly lines: readonly string[] }[] {
  const all: { head: string; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("  ")) all.at(-1)?.lines.push(line.slice(2));
    else if (line) all.push({ head: line, lines: [] });
  }
  return all;
}

function changed(base: readonly string[], changes: readonly string[]): readonly string[] {
  if (!changes.length) return base;
  const nameOf = (line: string): string => line.split(" ", 1)[0] ?? "";
  const fields = new Map(base.map((line) => [nameOf(line), line]));
  for (const line of changes) {
    if (line.startsWith("-") && !line.includes(" ")) fields.delete(line.slice(1));
    else fields.set(nameOf(line), line);
  }
  return [...fields.values()];
}
