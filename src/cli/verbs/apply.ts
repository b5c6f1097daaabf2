/** `cox apply`: by the client, or with `--server-side` by the server. */
import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import { goJson, sorted } from "../../base/go-json.ts";
import { groupVersionOf, type Resource } from "../../client/http/discovery.ts";
import { lastApplied, lastAppliedOf, withLastApplied, withoutNulls } from "../apply/last-applied.ts";
import { annotationAlone, migration } from "../apply/migrate.ts";
import { mergePatch, strategicPatch } from "../apply/three-way.ts";
import { existing, type Found, fromFiles } from "../objects/arguments.ts";
import { isNotFound } from "../objects/manifests.ts";
import { toYaml } from "../output/yaml.ts";
import { throwAll, VerbError, whileDoing } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import { dryRunFlag, fileFlags, outputFlag, selectorFlag, type Verb } from "./verb.ts";

const viewLastApplied: Verb = {
  name: "view-last-applied",
  summary: "Show what was applied last",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE)",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    output: { kind: "text", short: "o", default: "yaml", help: "yaml or json" },
    all: { kind: "switch" },
  },
  async run(session, flags) {
    for (const { object, name } of await existing(session)) {
      const applied = lastAppliedOf(object);
      if (!applied) throw new VerbError(`no last-applied-configuration annotation found on resource: ${name}`);
      session.out(flags.text("output") === "json" ? `${goJson(applied, 1)}\n` : toYaml(applied));
    }
  },
};

export const apply: Verb = {
  name: "apply",
  summary: "Make objects what files say",
  usage: "-f FILE",
  below: [viewLastApplied],
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...outputFlag,
    ...dryRunFlag,
    "server-side": { kind: "switch", help: "let the server work out the change" },
    "force-conflicts": { kind: "switch", help: "take fields from other managers (server side)" },
    "field-manager": { kind: "text", help: "who is written down as the manager of fields" },
    validate: { kind: "text", default: "strict", bare: "strict", help: "strict, warn or ignore" },
    overwrite: { kind: "switch", default: "true", help: "changes of others give way" },
    force: { kind: "switch", help: "delete and make anew what cannot be changed" },
    prune: { kind: "switch", help: "delete what the files leave out" },
    all: { kind: "switch", help: "with --prune: all" },
    wait: { kind: "switch", help: "wait for deletions" },
    "show-managed-fields": { kind: "switch" },
    subresource: { kind: "text", help: "apply to a subresource (server side)" },
  },
  async run(session, flags) {
    if (!flags.given("filename")) throw new VerbError("must specify one of -f and -k");
    const dryRun = dryRunOf(session);
    if (flags.on("server-side") && dryRun === "client")
      throw new VerbError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (flags.on("force-conflicts") && !flags.on("server-side"))
      throw new VerbError("--force-conflicts only works with --server-side");
    const found = (await fromFiles(session)).filter((one) => matches(one.object, flags.text("selector")));
    if (!found.length) throw new VerbError("no objects passed to apply");
    const reporter = new Reporter(session);
    const errors: unknown[] = [];
    for (const one of found) {
      try {
        if (!one.name && one.object.metadata.generateName)
          throw new VerbError(`from ${one.object.metadata.generateName}: cannot use generate name with apply`);
        await (flags.on("server-side") ? onServer(session, one, reporter) : onClient(session, one, reporter));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll(errors);
  },
};

/** Whether labels have what a selector of equalities wants. */
export function matches({ metadata }: KubeObject, selector: string): boolean {
  return selector
    .split(",")
    .filter(Boolean)
    .every((part) => {
      const [, key = "", not, value = ""] = /^([^=!]+)(!?)==?(.*)$/.exec(part) ?? [];
      const has = metadata.labels?.[key.trim()];
      return key ? (has === value.trim()) !== (not === "!") : metadata.labels?.[part.trim()] !== undefined;
    });
}

async function onClient(session: Session, found: Found, reporter: Reporter): Promise<void> {
  const { resource, namespace, name, source } = found;
  const { client } = session;
  const dryRun = dryRunOf(session);
  const query = { fieldManager: "kubectl-client-side-apply", ...writeQuery(session) };
  const modified = withLastApplied(found.object);
  let current: KubeObject;
  try {
    current = await client.get(resource, namespace, name);
  } catch (error) {
    if (!isNotFound(error))
      throw whileDoing(`retrieving current configuration of:\n${named(found)}\nfrom server for:`, source, error);
    const object = withoutNulls(modified) as KubeObject;
    const made =
      dryRun === "client"
        ? object
        : await client.create(resource, namespace, object, query).catch((e: unknown) => {
            throw whileDoing("creating", source, e);
          });
    reporter.done(resource, made, "created");
    return;
  }
  if (current.metadata.annotations?.[lastApplied] === undefined)
    session.warn(
      `resource ${resource.plural}/${name} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    );
  const { patch, type } = await patchFor(resource, lastAppliedOf(current), modified, current);
  const body = JSON.stringify(sorted(patch));
  const patched =
    dryRun === "client" || body === "{}" ? current : await send(session, found, current, { type, body, query });
  warnIfDeleting(session, patched);
  reporter.done(resource, patched, body === "{}" ? "unchanged" : "configured");
}

async function send(
  session: Session,
  { resource, namespace, name, source, object }: Found,
  current: KubeObject,
  { type, body, query }: { type: "merge" | "strategic"; body: string; query: Record<string, string> },
): Promise<KubeObject> {
  const { client, flags } = session;
  try {
    return await client.patch(resource, namespace, name, { type, body, query });
  } catch (error) {
    const refused = error instanceof ApiError && (error.reason === "Invalid" || error.reason === "Conflict");
    if (flags.on("force") && refused) {
      await client.delete(resource, namespace, name, { preconditions: { uid: current.metadata.uid } });
      return client.create(resource, namespace, withLastApplied(object), query);
    }
    throw whileDoing(`applying patch:\n${body}\nto:\n${named({ resource, namespace, name })}\nfor:`, source, error);
  }
}

const named = ({ resource, namespace, name }: Pick<Found, "resource" | "namespace" | "name">): string =>
  `Resource: "${groupVersionOf(resource)}, Resource=${resource.plural}", GroupVersionKind: "${groupVersionOf(resource)}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace ?? ""}"`;

/** The patch that `apply` sends: strategic for the kinds of Kubernetes itself, a merge patch for others. */
export async function patchFor(
  resource: Resource,
  original: KubeObject | undefined,
  modified: KubeObject,
  current: KubeObject,
): Promise<{ readonly patch: object; readonly type: "merge" | "strategic" }> {
  const { builtInKinds } = await import("../../api/kinds.ts");
  const kind = builtInKinds.find(
    (k) => k.kind === resource.kind && k.group === resource.group && k.version === resource.version,
  );
  const versions = { original: original as Record<string, unknown> | undefined, modified, current };
  return kind
    ? { patch: strategicPatch(versions, kind.schema), type: "strategic" }
    : { patch: mergePatch(versions), type: "merge" };
}

function warnIfDeleting(session: Session, { metadata }: KubeObject): void {
  if (metadata.deletionTimestamp)
    session.warn(`Detected changes to resource ${metadata.name} which is currently being deleted.`);
}

async function onServer(
  session: Session,
  { resource, namespace, name, object }: Found,
  reporter: Reporter,
): Promise<void> {
  const { client, flags } = session;
  const manager = flags.text("field-manager") || "kubectl";
  const query = { fieldManager: manager, force: String(flags.on("force-conflicts")), ...writeQuery(session) };
  const subresource = flags.text("subresource") || undefined;
  const body = JSON.stringify(object);
  let applied: KubeObject;
  try {
    applied = await client.patch(resource, namespace, name, { type: "apply", body, query, subresource });
  } catch (error) {
    throw error instanceof ApiError && error.reason === "Conflict"
      ? new VerbError(error.message + conflictAdvice)
      : error;
  }
  if (manager === "kubectl" && dryRunOf(session) === "none")
    applied = await migrate(session, resource, namespace, applied, { body, query });
  warnIfDeleting(session, applied);
  reporter.done(resource, applied, "serverside-applied");
}

async function migrate(
  session: Session,
  resource: Resource,
  namespace: string | undefined,
  applied: KubeObject,
  again: { readonly body: string; readonly query: Record<string, string> },
): Promise<KubeObject> {
  const { client } = session;
  const name = applied.metadata.name ?? "";
  const annotation = annotationAlone(resource, applied);
  const kept = annotation
    ? await client.patch(resource, namespace, name, {
        type: "apply",
        body: JSON.stringify(annotation),
        query: { ...again.query, fieldManager: "kubectl-last-applied" },
      })
    : applied;
  const patch = migration(kept, "kubectl");
  if (!patch) return kept;
  await client.patch(resource, namespace, name, { type: "json", body: JSON.stringify(patch) });
  return client.patch(resource, namespace, name, { type: "apply", ...again });
}

const conflictAdvice = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
