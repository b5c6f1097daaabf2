/** `cox replace`, `cox diff` and `cox edit`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf } from "../../client/http/discovery.ts";
import { lastApplied, lastAppliedOf, withLastApplied } from "../apply/last-applied.ts";
import { existing, type Found, fromFiles } from "../objects/arguments.ts";
import { isNotFound, parseManifests } from "../objects/manifests.ts";
import { toYaml } from "../output/yaml.ts";
import { patchFor } from "./apply.ts";
import { createFlags } from "./create/generator.ts";
import { deleteVerb } from "./delete.ts";
import { PlainError, throwAll, VerbError, whileDoing } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import { fileFlags, selectorFlag, type Verb } from "./verb.ts";
import { optional } from "./waiting.ts";

export const replace: Verb = {
  name: "replace",
  summary: "Put objects out of files in place of those that are there",
  usage: "-f FILE [--force]",
  flags: {
    ...deleteVerb.flags,
    ...createFlags,
    ...fileFlags,
    "field-manager": { kind: "text", default: "kubectl-replace" },
    subresource: { kind: "text" },
  },
  async run(session, flags) {
    if (!flags.given("filename")) throw new VerbError("must specify --filename to replace");
    if (flags.on("force")) return anew(session);
    if (flags.number("grace-period") >= 0) throw new VerbError("--grace-period must have --force specified");
    const reporter = new Reporter(session);
    const errors: unknown[] = [];
    for (const { resource, namespace, name, object, source } of await fromFiles(session)) {
      try {
        const current = await optional(session.client.get(resource, namespace, name));
        // what was applied is remembered where it was before
        const given = flags.on("save-config") || (current && lastAppliedOf(current)) ? withLastApplied(object) : object;
        const done =
          dryRunOf(session) === "client"
            ? given
            : await session.client.update(
                resource,
                namespace,
                given,
                writeQuery(session),
                flags.text("subresource") || undefined,
              );
        reporter.done(resource, done, "replaced");
      } catch (error) {
        errors.push(whileDoing("replacing", source, error));
      }
    }
    throwAll(errors);
  },
};

/** Deletes what is there, then creates it. */
async function anew(session: Session): Promise<void> {
  const found = await fromFiles(session);
  for (const { resource, namespace, name } of found) {
    if (!(await optional(session.client.get(resource, namespace, name)))) continue;
    await session.client
      .delete(resource, namespace, name, { propagationPolicy: "Background" })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    session.out(
      `${resource.group ? `${resource.kind.toLowerCase()}.${resource.group}` : resource.kind.toLowerCase()} ${JSON.stringify(name)} deleted${namespace ? ` from ${namespace} namespace` : ""}\n`,
    );
  }
  const reporter = new Reporter(session);
  for (const { resource, namespace, object, source } of found) {
    const made = await session.client
      .create(resource, namespace, withoutVersion(object), writeQuery(session))
      .catch((error: unknown) => {
        throw whileDoing("creating", source, error);
      });
    reporter.done(resource, made, "replaced");
  }
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, uid: __, ...metadata } = object.metadata;
  return { ...object, metadata };
}

export const diff: Verb = {
  name: "diff",
  failureCode: 2,
  summary: "Show what `apply` would change",
  usage: "-f FILE",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    "server-side": { kind: "switch" },
    "force-conflicts": { kind: "switch" },
    "field-manager": { kind: "text" },
    "show-managed-fields": { kind: "switch" },
  },
  async run(session, flags) {
    if (!flags.given("filename")) throw new VerbError("must specify one of -f and -k");
    const folder = mkdtempSync(path.join(os.tmpdir(), "cox-diff-"));
    try {
      for (const part of ["LIVE", "MERGED"]) mkdirSync(path.join(folder, part));
      for (const found of await fromFiles(session)) {
        const { resource, namespace, name } = found;
        const live = await optional(session.client.get(resource, namespace, name));
        const merged = await wouldBe(session, found, live);
        const file = `${resource.group ? `${resource.group}.` : ""}${resource.version}.${resource.kind}.${namespace ?? ""}.${name}`;
        const write = (part: string, object: KubeObject | undefined): void => {
          if (object) writeFileSync(path.join(folder, part, file), toYaml(comparable(object)));
        };
        write("LIVE", live);
        write("MERGED", merged);
      }
      const [program = "diff", ...words] = (session.environment.env.KUBECTL_EXTERNAL_DIFF || "diff -u -N").split(" ");
      const said = spawnSync(program, [...words, path.join(folder, "LIVE"), path.join(folder, "MERGED")], {
        encoding: "utf8",
      });
      if (said.error) throw new VerbError(`failed to run "diff": ${said.error.message}`, 2);
      session.out(said.stdout);
      session.err(said.stderr);
      if (said.status) throw new PlainError("", said.status);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What a person compares: neither managers nor what was applied last. */
function comparable(object: KubeObject): KubeObject {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {};
  const { annotations: __, ...metadata } = withoutManagers(object).metadata;
  return { ...object, metadata: { ...metadata, ...(Object.keys(annotations).length && { annotations }) } };
}

function withoutManagers(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

async function wouldBe(
  session: Session,
  { resource, namespace, name, object }: Found,
  live: KubeObject | undefined,
): Promise<KubeObject> {
  const query = { dryRun: "All", fieldManager: session.flags.text("field-manager") || "kubectl-client-side-apply" };
  if (session.flags.on("server-side")) {
    const force = String(session.flags.on("force-conflicts"));
    return session.client.patch(resource, namespace, name, {
      type: "apply",
      body: JSON.stringify(object),
      query: { ...query, fieldManager: session.flags.text("field-manager") || "kubectl", force },
    });
  }
  const modified = withLastApplied(object);
  if (!live) return session.client.create(resource, namespace, modified, query);
  const { patch, type } = await patchFor(resource, lastAppliedOf(live), modified, live);
  return session.client.patch(resource, namespace, name, { type, body: JSON.stringify(patch), query });
}

const editHead = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

export const edit: Verb = {
  name: "edit",
  summary: "Change objects in an editor",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE)",
  flags: { ...createFlags, ...fileFlags, "field-manager": { kind: "text", default: "kubectl-edit" } },
  async run(session) {
    const reporter = new Reporter(session);
    const all = await existing(session);
    for (const found of all) await editOne(session, found, reporter);
  },
};

async function editOne(
  session: Session,
  { resource, namespace, name, object }: Found,
  reporter: Reporter,
): Promise<void> {
  const kind = { apiVersion: groupVersionOf(resource), kind: resource.kind };
  const before = withoutManagers({ ...kind, ...object } as KubeObject);
  const folder = mkdtempSync(path.join(os.tmpdir(), "cox-edit-"));
  const file = path.join(folder, `kubectl-edit-${name}.yaml`);
  let text = editHead + toYaml(before);
  const keep = (why: string): PlainError =>
    new PlainError(`A copy of your changes has been stored to ${JSON.stringify(file)}\n${why}`);
  for (let failure = ""; ; ) {
    writeFileSync(file, text);
    openEditor(session, file);
    const edited = readFileSync(file, "utf8");
    if (edited === text) {
      if (failure) throw keep("error: Edit cancelled, no valid changes were saved.");
      rmSync(folder, { recursive: true, force: true });
      return session.err("Edit cancelled, no changes made.\n");
    }
    try {
      const [changed] = parseManifests(edited, file);
      if (!changed) throw new VerbError("Edit cancelled, saved file was empty.");
      const found = changed.object;
      if (found.kind !== before.kind || found.apiVersion !== before.apiVersion)
        throw new VerbError(
          `no matches for kind ${JSON.stringify(found.kind)} in version ${JSON.stringify(found.apiVersion)}`,
        );
      const { patch, type } = await patchFor(resource, before, found, before);
      if (!Object.keys(patch).length) return session.err("Edit cancelled, no changes made.\n");
      const done = await session.client.patch(resource, namespace, name, {
        type,
        body: JSON.stringify(patch),
        query: writeQuery(session),
      });
      rmSync(folder, { recursive: true, force: true });
      return reporter.done(resource, done, "edited");
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof VerbError)) throw error;
      failure = error.message;
      const comments = failure
        .split("\n")
        .map((line) => `# ${line}\n`)
        .join("");
      text = editHead + comments + edited.replace(/^(#.*\n)+/, "");
    }
  }
}

function openEditor({ environment }: Session, file: string): void {
  const editor = environment.env.KUBE_EDITOR || environment.env.EDITOR || "vi";
  const said = spawnSync("sh", ["-c", `${editor} "$0"`, file], { stdio: "inherit" });
  if (said.status !== 0) throw new VerbError(`there was a problem with the editor ${JSON.stringify(editor)}`);
}
