/** `cox get`. */
import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf, type Resource } from "../../client/http/discovery.ts";
import { pathOf, type Query, type TableAnswer, tableAccept } from "../../client/http/rest-client.ts";
import { fromFiles, singular, type Target, targetsOf } from "../objects/arguments.ts";
import { isNotFound, listFailure } from "../objects/manifests.ts";
import { itemsOf, listOf, objectPrinter } from "../output/printers.ts";
import { sortedBy } from "../output/sorting.ts";
import { TablePrinter } from "../output/table.ts";
import { PlainError, throwAll, VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import { fileFlags, outputFlag, selectorFlag, type Verb } from "./verb.ts";

export const get: Verb = {
  name: "get",
  summary: "Show objects",
  usage: "(TYPE [NAME ...] | TYPE/NAME ... | -f FILE)",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...outputFlag,
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    "field-selector": { kind: "text", help: "select by fields" },
    "label-columns": { kind: "csv", short: "L", help: "labels that become columns" },
    "show-labels": { kind: "switch", help: "labels in the last column" },
    "show-kind": { kind: "switch", help: "names with their type" },
    "show-managed-fields": { kind: "switch", help: "with managedFields in JSON and YAML" },
    "no-headers": { kind: "switch", help: "no line of headers" },
    "sort-by": { kind: "text", help: "a JSONPath to sort by" },
    "ignore-not-found": { kind: "switch", help: "what is not there is no error" },
    watch: { kind: "switch", short: "w", help: "go on with what changes" },
    "watch-only": { kind: "switch", help: "what changes alone" },
    "output-watch-events": { kind: "switch", help: "with the type of each event" },
    "chunk-size": { kind: "number", default: "500", help: "how many at a time" },
    subresource: { kind: "text", help: "status, scale or resize" },
    "server-print": { kind: "switch", default: "true", help: "tables as the server makes them" },
    raw: { kind: "text", help: "a path of the server's" },
  },
  async run(session, flags) {
    if (flags.given("raw")) return raw(session, flags.text("raw"));
    const targets = await chosen(session);
    const output = flags.text("output");
    if (flags.on("watch") || flags.on("watch-only")) return watch(session, targets);
    if (output && output !== "wide") return printObjects(session, targets, output);
    return printTables(session, targets);
  },
};

async function raw(session: Session, path: string): Promise<void> {
  const [pathname = "", query] = path.split(/\?(.*)/s);
  const stream = await session.client.stream({ path: pathname, query: new URLSearchParams(query ?? "") });
  for await (const part of stream) session.out(part as Buffer);
}

async function chosen(session: Session): Promise<readonly Target[]> {
  const { flags } = session;
  if (flags.given("filename"))
    return (await fromFiles(session)).map(({ resource, namespace, name }) => ({ resource, namespace, name }));
  if (!flags.args.length) {
    throw new PlainError(
      `You must specify the type of resource to get. Use "cox api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "cox explain <resource>" for a detailed description of that resource (e.g. cox explain pods).\nSee 'cox get -h' for help and examples`,
    );
  }
  const { targets } = await targetsOf(session, flags.args, flags.on("all-namespaces"));
  if (targets.some(({ name }) => name !== undefined)) {
    if (flags.on("all-namespaces")) throw new VerbError("a resource cannot be retrieved by name across all namespaces");
    if (flags.given("selector") || flags.given("field-selector"))
      throw new VerbError("name cannot be provided when a selector is specified");
  }
  return targets;
}

const selection = ({ flags }: Session): Query => ({
  labelSelector: flags.text("selector") || undefined,
  fieldSelector: flags.text("field-selector") || undefined,
});
const listQuery = (session: Session): Query => ({ ...selection(session), limit: session.flags.text("chunk-size") });

const targetPath = ({ resource, namespace, name }: Target, { flags }: Session): string =>
  pathOf(resource, namespace, name, flags.text("subresource") || undefined);

/** Objects by themselves, for `-o json` and its like. */
async function printObjects(session: Session, targets: readonly Target[], output: string): Promise<void> {
  const { flags, client } = session;
  const names = new Map<KubeObject, string>();
  const printer = objectPrinter(output, {
    nameOf: (object) => names.get(object) ?? `${(object.kind ?? "").toLowerCase()}/${object.metadata.name}`,
    showManagedFields: flags.on("show-managed-fields"),
    noHeaders: flags.on("no-headers"),
    cwd: session.environment.cwd,
  });
  const errors: unknown[] = [];
  let objects: KubeObject[] = [];
  for (const target of targets) {
    const { resource } = target;
    const kind = { apiVersion: groupVersionOf(resource), kind: resource.kind };
    try {
      const found = target.name
        ? [await client.json<KubeObject>({ path: targetPath(target, session) })]
        : (await client.list(resource, target.namespace, listQuery(session))).items.map((item) => ({
            ...kind,
            ...item,
          }));
      for (const object of found) names.set(object, `${singular(resource)}/${object.metadata.name}`);
      objects.push(...found);
    } catch (error) {
      if (!(flags.on("ignore-not-found") && isNotFound(error)))
        errors.push(target.name ? error : listFailure(error, target.resource, selection(session)));
    }
  }
  if (flags.given("sort-by")) objects = [...sortedBy(objects, flags.text("sort-by"), (object) => object)];
  const single = targets.length === 1 && targets[0]?.name !== undefined;
  const nothing = !objects.length && (single || errors.length > 0 || flags.on("ignore-not-found"));
  if (!nothing) session.out(printer(single ? (objects[0] as KubeObject) : listOf(objects)));
  throwAll(errors);
}

async function printTables(session: Session, targets: readonly Target[]): Promise<void> {
  const { flags } = session;
  const errors: unknown[] = [];
  const groups: { resource: Resource; table: TableAnswer }[] = [];
  for (const target of targets) {
    try {
      const table = await readTable(session, target);
      const last = groups.at(-1);
      if (last?.resource === target.resource) last.table = { ...last.table, rows: [...last.table.rows, ...table.rows] };
      else groups.push({ resource: target.resource, table });
    } catch (error) {
      if (!(flags.on("ignore-not-found") && isNotFound(error)))
        errors.push(target.name ? error : listFailure(error, target.resource, selection(session)));
    }
  }
  const several = new Set(targets.map(({ resource }) => resource)).size > 1;
  let written = false;
  for (const { resource, table } of groups.filter(({ table }) => table.rows.length)) {
    const rows = flags.given("sort-by") ? sortedBy(table.rows, flags.text("sort-by"), (row) => row.object) : table.rows;
    if (written) session.out("\n");
    session.out(tablePrinter(session, resource, several).print(table.columnDefinitions, rows));
    written = true;
  }
  if (!written && !errors.length && !flags.on("ignore-not-found")) {
    const namespaced = targets.some(({ resource }) => resource.namespaced) && !flags.on("all-namespaces");
    session.err(namespaced ? `No resources found in ${session.namespace} namespace.\n` : "No resources found\n");
  }
  throwAll(errors);
}

function tablePrinter(session: Session, resource: Resource, several: boolean): TablePrinter {
  const { flags } = session;
  return new TablePrinter({
    wide: flags.text("output") === "wide",
    noHeaders: flags.on("no-headers"),
    withNamespace: flags.on("all-namespaces") && resource.namespaced,
    kind: several || flags.on("show-kind") ? singular(resource) : undefined,
    showLabels: flags.on("show-labels"),
    labelColumns: flags.all("label-columns"),
    withEvents: flags.on("output-watch-events"),
  });
}

async function readTable(session: Session, target: Target): Promise<TableAnswer> {
  const query = {
    ...(target.name ? {} : listQuery(session)),
    ...(session.flags.given("sort-by") && { includeObject: "Object" }),
  };
  const answer = await session.client.table(targetPath(target, session), query);
  return answer.kind === "Table" ? (answer as TableAnswer) : plainTable(answer as KubeObject);
}

/** A table of names, for servers that make none. */
function plainTable(answer: KubeObject): TableAnswer {
  const column = (name: string): TableAnswer["columnDefinitions"][number] => ({ name, type: "string", priority: 0 });
  return {
    kind: "Table",
    metadata: {},
    columnDefinitions: [column("Name"), column("Created At")],
    rows: itemsOf(answer).map((object) => ({
      cells: [object.metadata.name ?? "", object.metadata.creationTimestamp ?? ""],
      object,
    })),
  };
}

/** The list first, then each change as it comes; ends when the server ends it or the user does. */
async function watch(session: Session, targets: readonly Target[]): Promise<void> {
  const { flags, client } = session;
  const [target] = targets;
  if (!target || targets.length > 1)
    throw new VerbError(
      "watch is only supported on individual resources and resource collections - more than 1 resource was found",
    );
  const { resource, namespace, name } = target;
  const output = flags.text("output");
  const asTable = !output || output === "wide";
  const printer = asTable ? tablePrinter(session, resource, false) : undefined;
  const objects = asTable ? undefined : eventPrinter(session, resource, output);
  const first = await readTable(session, asTable ? target : { resource, namespace, ...(name && { name }) });
  let resourceVersion = first.metadata.resourceVersion ?? first.rows[0]?.object.metadata.resourceVersion ?? "";
  if (!flags.on("watch-only")) {
    if (printer) session.out(printer.print(first.columnDefinitions, first.rows, "ADDED"));
    else {
      const list = name
        ? [await client.get(resource, namespace, name)]
        : (await client.list(resource, namespace, selection(session))).items;
      for (const object of list)
        session.out(objects?.("ADDED", { apiVersion: groupVersionOf(resource), kind: resource.kind, ...object }) ?? "");
    }
  }
  const query: Query = {
    ...selection(session),
    ...(name && { fieldSelector: `metadata.name=${name}` }),
    ...(asTable && { includeObject: "Metadata" }),
    resourceVersion,
    ...(flags.duration("request-timeout") > 0 && {
      timeoutSeconds: String(Math.ceil(flags.duration("request-timeout") / 1000)),
    }),
  };
  const signal = session.environment.interrupted();
  const events = client.watch<TableAnswer & KubeObject>(
    pathOf(resource, namespace),
    query,
    signal,
    asTable ? tableAccept : "application/json",
  );
  try {
    for await (const { type, object } of events) {
      if (type === "BOOKMARK") continue;
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (printer) session.out(printer.print(object.columnDefinitions, object.rows, type));
      else session.out(objects?.(type, object) ?? "");
    }
  } catch (error) {
    if (error instanceof ApiError || !flags.duration("request-timeout")) throw error;
  }
}

function eventPrinter(
  session: Session,
  resource: Resource,
  output: string,
): (type: string, object: KubeObject) => string {
  const printer = objectPrinter(output, {
    nameOf: (object) => `${singular(resource)}/${object.metadata.name}`,
    showManagedFields: session.flags.on("show-managed-fields"),
    noHeaders: session.flags.on("no-headers"),
    cwd: session.environment.cwd,
  });
  if (!session.flags.on("output-watch-events")) return (_type, object) => printer(object);
  return (type, object) => printer({ type, object } as unknown as KubeObject);
}
