/** `cox scale`. */
import type { KubeObject } from "../../api/object.ts";
import { eachExisting } from "../objects/arguments.ts";
import { VerbError } from "./failures.ts";
import { dryRunOf, Reporter } from "./report.ts";
import { dryRunFlag, fileFlags, outputFlag, selectorFlag, type Verb } from "./verb.ts";
import { waitFor } from "./waiting.ts";

type Scale = KubeObject & {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
};

export const scale: Verb = {
  name: "scale",
  summary: "Set how many pods a workload has",
  usage: "(TYPE NAME ... | TYPE/NAME ... | -f FILE) --replicas=COUNT",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...outputFlag,
    ...dryRunFlag,
    all: { kind: "switch", help: "all of the type" },
    replicas: { kind: "number", default: "-1", help: "how many" },
    "current-replicas": { kind: "number", default: "-1", help: "only if there are so many now" },
    "resource-version": { kind: "text", help: "only if the object is at this version" },
    timeout: { kind: "duration", default: "0s", help: "how long to wait for it" },
    "show-managed-fields": { kind: "switch" },
  },
  async run(session, flags) {
    const replicas = flags.number("replicas");
    if (!flags.given("replicas")) throw new VerbError('required flag(s) "replicas" not set');
    if (replicas < 0)
      throw new VerbError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    const { client } = session;
    const reporter = new Reporter(session);
    const expected = flags.number("current-replicas");
    const version = flags.text("resource-version");
    const dryRun = dryRunOf(session);
    await eachExisting(session, async ({ resource, namespace, name, object }) => {
      if (dryRun === "client") return reporter.done(resource, object, "scaled");
      const query = dryRun === "server" ? { dryRun: "All" } : {};
      if (expected < 0 && !version) {
        const body = JSON.stringify({ spec: { replicas } });
        await client.patch(resource, namespace, name, { type: "merge", body, query, subresource: "scale" });
      } else {
        const found = (await client.get(resource, namespace, name, "scale")) as Scale;
        const now = found.spec?.replicas ?? 0;
        if (expected >= 0 && now !== expected) throw new VerbError(`Expected replicas to be ${expected}, was ${now}`);
        if (version && found.metadata.resourceVersion !== version)
          throw new VerbError(`Expected resource version to be ${version}, was ${found.metadata.resourceVersion}`);
        await client.update(resource, namespace, { ...found, spec: { ...found.spec, replicas } }, query, "scale");
      }
      if (flags.duration("timeout") && dryRun === "none") {
        const reached = (now: KubeObject | undefined): boolean => {
          const { spec, status } = (now ?? {}) as Partial<Scale>;
          return spec?.replicas === replicas && (status?.replicas ?? 0) === replicas;
        };
        if (!(await waitFor(session, { resource, namespace, name }, reached, flags.duration("timeout"))))
          throw new VerbError("timed out waiting for the condition");
      }
      reporter.done(resource, { ...object, spec: { ...(object.spec as object), replicas } }, "scaled");
    });
  },
};
