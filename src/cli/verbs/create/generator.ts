/** `cox create KIND NAME`: an object out of flags, sent to the server. */
import { ApiError } from "../../../api/errors.ts";
import type { KubeObject } from "../../../api/object.ts";
import { withLastApplied } from "../../apply/last-applied.ts";
import type { FlagSet, Flags } from "../../flags.ts";
import { VerbError } from "../failures.ts";
import { dryRunOf, Reporter, writeQuery } from "../report.ts";
import type { Session } from "../session.ts";
import { dryRunFlag, managerFlag, outputFlag, type Verb } from "../verb.ts";

export interface Generator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly usage?: string;
  readonly flags?: FlagSet;
  /** Flags that must be given. */
  readonly required?: readonly string[];
  /** The resource that is made: `deployments.apps`. */
  readonly resource: string;
  /** Before what the server says when it refuses; left out, the server's words stand alone. */
  readonly failure?: string;
  readonly object: (name: string, flags: Flags, session: Session) => Promise<object> | object;
}

export const createFlags: FlagSet = {
  ...outputFlag,
  ...dryRunFlag,
  ...managerFlag("kubectl-create"),
  validate: { kind: "text", default: "strict", bare: "strict", help: "strict, warn or ignore" },
  "save-config": { kind: "switch", help: "remember the object for `apply`" },
  "show-managed-fields": { kind: "switch" },
};

export const generated = (generator: Generator): Verb => ({
  name: generator.name,
  ...(generator.aliases && { aliases: generator.aliases }),
  summary: generator.summary,
  usage: generator.usage ?? "NAME",
  flags: { ...createFlags, ...generator.flags },
  async run(session, flags) {
    const missing = (generator.required ?? []).filter((name) => !flags.given(name));
    if (missing.length)
      throw new VerbError(`required flag(s) ${missing.map((name) => JSON.stringify(name)).join(", ")} not set`);
    const names = flags.dash === undefined ? flags.args : flags.args.slice(0, flags.dash);
    if (names.length !== 1) throw new VerbError(`exactly one NAME is required, got ${names.length}`);
    const object = (await generator.object(names[0] as string, flags, session)) as KubeObject;
    await createOne(session, generator.resource, object, generator.failure);
  },
});

/** Creates an object where flags say; tells of it. */
export async function createOne(session: Session, word: string, given: KubeObject, failure?: string): Promise<void> {
  const { flags, client } = session;
  const reporter = new Reporter(session);
  const resource = await session.resource(word);
  const namespace = resource.namespaced ? session.namespace : undefined;
  const placed =
    resource.namespaced && session.access.namespaceGiven ? { ...given.metadata, namespace } : given.metadata;
  let object = { ...given, metadata: placed } as KubeObject;
  if (flags.on("save-config")) object = withLastApplied(object);
  if (dryRunOf(session) === "client") return reporter.done(resource, object, "created");
  try {
    object = await client.create(resource, namespace, object, writeQuery(session));
  } catch (error) {
    throw failure && error instanceof ApiError ? new VerbError(`${failure}${error.message}`) : error;
  }
  reporter.done(resource, object, "created");
}

/** `a=1,b=2` as a map. */
export function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.filter(Boolean).map((text) => {
      const [key = "", ...value] = text.split("=");
      return [key, value.join("=")];
    }),
  );
}

/** The last part of an image's name, which names its container. */
export const containerName = (image: string): string =>
  (image.split("/").at(-1) ?? "").split(/[:@]/)[0]?.replace(/[^a-z0-9-]/gi, "-") ?? "";
