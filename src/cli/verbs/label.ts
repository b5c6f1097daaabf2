/** `cox label` and `cox annotate`: the same change, of one map of the metadata or the other. */
import type { KubeObject } from "../../api/object.ts";
import type { FlagSet } from "../flags.ts";
import { eachExisting } from "../objects/arguments.ts";
import { throwAll, VerbError } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import { dryRunFlag, fileFlags, managerFlag, outputFlag, selectorFlag, type Verb } from "./verb.ts";

interface Kind {
  readonly field: "labels" | "annotations";
  readonly what: "label" | "annotation";
  readonly done: "labeled" | "annotated";
}

interface Change {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

const flagsOf = (manager: string): FlagSet => ({
  ...fileFlags,
  ...selectorFlag,
  ...outputFlag,
  ...dryRunFlag,
  ...managerFlag(manager),
  all: { kind: "switch", help: "all of the type" },
  "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
  "field-selector": { kind: "text", help: "select by fields" },
  overwrite: { kind: "switch", help: "in place of a value that is there" },
  list: { kind: "switch", help: "show them" },
  "resource-version": { kind: "text", help: "only if the object is at this version" },
  "show-managed-fields": { kind: "switch" },
});

const verbOf = (name: string, kind: Kind, summary: string): Verb => ({
  name,
  summary,
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) KEY=VALUE ... KEY- ...",
  flags: flagsOf(`kubectl-${name}`),
  run: (session) => run(session, kind),
});

export const label = verbOf("label", { field: "labels", what: "label", done: "labeled" }, "Set and remove labels");
export const annotate = verbOf(
  "annotate",
  { field: "annotations", what: "annotation", done: "annotated" },
  "Set and remove annotations",
);

async function run(session: Session, kind: Kind): Promise<void> {
  const { flags, client } = session;
  const isChange = (arg: string): boolean => arg.includes("=") || (arg.endsWith("-") && !arg.includes("/-"));
  const first = flags.args.findIndex(
    (arg, i) => (i > 0 || flags.given("filename") || arg.includes("=")) && isChange(arg),
  );
  const [targets, changes] = first < 0 ? [flags.args, []] : [flags.args.slice(0, first), flags.args.slice(first)];
  const change = parse(changes, kind);
  if (!targets.length && !flags.given("filename"))
    throw new VerbError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  if (!changes.length && !flags.on("list")) throw new VerbError(`at least one ${kind.what} update is required`);
  const reporter = new Reporter(session);
  await eachExisting(
    session,
    async ({ resource, namespace, name, object }) => {
      const have = object.metadata[kind.field] ?? {};
      if (flags.on("list")) return list(session, have);
      if (!flags.on("overwrite")) refuseOverwriting(have, change);
      if (kind.what === "label")
        for (const key of change.remove) if (!(key in have)) session.out(`label ${JSON.stringify(key)} not found.\n`);
      const added = [...change.set].filter(([key, value]) => have[key] !== value);
      const removed = change.remove.filter((key) => key in have);
      const values = Object.fromEntries([...added, ...removed.map((key) => [key, null] as const)]);
      const version = flags.text("resource-version");
      const patch = { metadata: { [kind.field]: values, ...(version && { resourceVersion: version }) } };
      const idle = kind.what === "label" && !added.length && !removed.length;
      const patched: KubeObject =
        idle || dryRunOf(session) === "client"
          ? object
          : await client.patch(resource, namespace, name, {
              type: "merge",
              body: JSON.stringify(patch),
              query: writeQuery(session),
            });
      reporter.done(resource, patched, kind.what === "label" ? labelText(added.length, removed.length) : kind.done);
    },
    targets,
  );
}

function list(session: Session, have: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(have)) session.out(`${key}=${value}\n`);
}

const labelText = (added: number, removed: number): string =>
  added && removed ? "modified" : added ? "labeled" : removed ? "unlabeled" : "not labeled";

function parse(specs: readonly string[], { what }: Kind): Change {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const spec of specs) {
    const at = spec.indexOf("=");
    if (at > 0) {
      const value = spec.slice(at + 1);
      if (what === "label") checkLabel(spec, value);
      set.set(spec.slice(0, at), value);
    } else if (spec.endsWith("-")) remove.push(spec.slice(0, -1));
    else throw new VerbError(`unknown ${what} spec: ${spec}`);
  }
  if (remove.some((key) => set.has(key)))
    throw new VerbError(
      what === "label"
        ? "can not both modify and remove a label in the same command"
        : "can not both modify and remove the following annotation(s) in the same command",
    );
  return { set, remove };
}

function checkLabel(spec: string, value: string): void {
  if (value.includes("=")) throw new VerbError(`invalid label spec: ${spec}`);
  const faults = [
    ...(value.length > 63 ? ["must be no more than 63 characters"] : []),
    ...(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)
      ? []
      : [
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        ]),
  ];
  if (faults.length) throw new VerbError(`invalid label value: ${JSON.stringify(spec)}: ${faults.join(";")}`);
}

function refuseOverwriting(have: Readonly<Record<string, string>>, { set }: Change): void {
  const errors = [...set]
    .filter(([key, value]) => have[key] !== undefined && have[key] !== value)
    .map(([key]) => new VerbError(`'${key}' already has a value (${have[key]}), and --overwrite is false`));
  throwAll(errors);
}
