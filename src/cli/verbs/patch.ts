/** `cox patch`. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { deepEqual } from "../../api/object.ts";
import type { PatchType } from "../../client/http/rest-client.ts";
import { eachExisting } from "../objects/arguments.ts";
import { VerbError } from "./failures.ts";
import { Reporter, writeQuery } from "./report.ts";
import { dryRunFlag, fileFlags, managerFlag, outputFlag, type Verb } from "./verb.ts";

export const patch: Verb = {
  name: "patch",
  summary: "Change fields of an object by a patch",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) -p PATCH",
  flags: {
    ...fileFlags,
    ...outputFlag,
    ...dryRunFlag,
    ...managerFlag("kubectl-patch"),
    patch: { kind: "text", short: "p", help: "the patch, as JSON or YAML" },
    "patch-file": { kind: "text", help: "a file with it" },
    type: { kind: "text", default: "strategic", help: "json, merge or strategic" },
    subresource: { kind: "text", help: "the subresource to patch" },
    "show-managed-fields": { kind: "switch" },
  },
  async run(session, flags) {
    const file = flags.text("patch-file");
    if (flags.text("patch") && file) throw new VerbError("cannot specify --patch and --patch-file together");
    if (!flags.text("patch") && !file)
      throw new VerbError("must specify --patch or --patch-file containing the contents of the patch");
    const type = flags.text("type").toLowerCase();
    if (!["json", "merge", "strategic"].includes(type))
      throw new VerbError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.text("type"))}`);
    const text = file ? readFileSync(path.resolve(session.environment.cwd, file), "utf8") : flags.text("patch");
    const body = asJson(text);
    const reporter = new Reporter(session);
    const subresource = flags.text("subresource") || undefined;
    await eachExisting(session, async ({ resource, namespace, name, object }) => {
      const patched = await session.client.patch(resource, namespace, name, {
        type: type as PatchType,
        body,
        query: writeQuery(session),
        subresource,
      });
      reporter.done(resource, patched, deepEqual(object, patched) ? "patched (no change)" : "patched");
    });
  },
};

function asJson(text: string): string {
  try {
    return JSON.stringify(parse(text) as unknown);
  } catch (error) {
    throw new VerbError(`unable to parse ${JSON.stringify(text)}: ${error instanceof Error ? error.message : error}`);
  }
}
