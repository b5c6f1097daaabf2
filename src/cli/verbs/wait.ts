/** `cox wait`. */

import { JsonPath, relaxed } from "../../api/jsonpath/jsonpath.ts";
import type { KubeObject } from "../../api/object.ts";
import { fromFiles, singular, type Target, targetsOf } from "../objects/arguments.ts";
import { throwAll, VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import { fileFlags, outputFlag, selectorFlag, type Verb } from "./verb.ts";
import { type Awaited, type Condition, optional, waitFor, waitGone } from "./waiting.ts";

type Wanted = "delete" | "create" | Condition;

export const wait: Verb = {
  name: "wait",
  summary: "Wait until objects are as they should be",
  usage:
    "(TYPE NAME ... | TYPE/NAME ... | TYPE -l SELECTOR | -f FILE) --for=(create|delete|condition=NAME[=VALUE]|jsonpath=PATH[=VALUE])",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...outputFlag,
    all: { kind: "switch", help: "all of the type" },
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    "field-selector": { kind: "text", help: "select by fields" },
    for: { kind: "list", help: "what to wait for" },
    timeout: { kind: "duration", default: "30s", help: "how long" },
  },
  async run(session, flags) {
    const wanted = flags.all("for").map(wantedOf);
    if (!wanted.length) throw new VerbError("unrecognized condition: []");
    const timeoutMs = flags.duration("timeout");
    const targets = await chosen(session, wanted);
    const until = session.environment.clock.now() + timeoutMs;
    const errors: unknown[] = [];
    for (const target of targets) {
      try {
        for (const want of wanted) {
          const left = timeoutMs <= 0 ? timeoutMs : Math.max(until - session.environment.clock.now(), 0);
          if (!(await reached(session, target, want, left)))
            throw new VerbError(`timed out waiting for the condition on ${target.resource.plural}/${target.name}`);
        }
        session.out(
          flags.text("output") === "name"
            ? `${singular(target.resource)}/${target.name}\n`
            : `${singular(target.resource)}/${target.name} condition met\n`,
        );
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll(errors);
  },
};

async function chosen(session: Session, wanted: readonly Wanted[]): Promise<readonly Awaited[]> {
  const { flags, client } = session;
  if (flags.given("filename")) return fromFiles(session);
  if (!flags.args.length)
    throw new VerbError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  const { targets } = await targetsOf(session, flags.args, flags.on("all-namespaces"));
  const all: Awaited[] = [];
  for (const { resource, namespace, name } of targets as readonly Target[]) {
    if (name === undefined) {
      if (!flags.given("selector") && !flags.given("field-selector") && !flags.on("all"))
        throw new VerbError("resource(s) were provided, but no name was specified");
      const query = {
        labelSelector: flags.text("selector") || undefined,
        fieldSelector: flags.text("field-selector") || undefined,
      };
      const { items } = await client.list(resource, namespace, query);
      all.push(
        ...items.map((item) => ({ resource, namespace: item.metadata.namespace, name: item.metadata.name ?? "" })),
      );
    } else if (wanted[0] === "create" || (await optional(client.get(resource, namespace, name))))
      all.push({ resource, namespace, name });
    else if (wanted[0] !== "delete") await client.get(resource, namespace, name); // says that it is not there
  }
  if (!all.length && wanted[0] !== "delete") throw new VerbError("no matching resources found");
  return all;
}

async function reached(session: Session, target: Awaited, want: Wanted, timeoutMs: number): Promise<boolean> {
  if (want === "create") return waitFor(session, target, (object) => object !== undefined, timeoutMs);
  if (want === "delete") {
    const found = await optional(session.client.get(target.resource, target.namespace, target.name));
    return found === undefined || waitGone(session, target, found.metadata.uid, timeoutMs);
  }
  const met: Condition = (object) => {
    if (!object)
      throw new VerbError(
        `${target.resource.plural}${target.resource.group ? `.${target.resource.group}` : ""} "${target.name}" not found`,
      );
    return want(object);
  };
  return waitFor(session, target, met, timeoutMs);
}

/** Throws VerbError for a condition that there is not. */
export function wantedOf(text: string): Wanted {
  const word = text.toLowerCase();
  if (word === "delete" || word === "create") return word;
  const [, condition, value = "true"] = /^condition=([^=]*)(?:=(.*))?$/.exec(text) ?? [];
  if (condition !== undefined) return hasCondition(condition, value);
  const [, path] = /^jsonpath=(.*)$/s.exec(text) ?? [];
  if (path === undefined) throw new VerbError(`unrecognized condition: ${JSON.stringify(text)}`);
  return hasValue(path);
}

interface StatusCondition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
}

/** A condition counts only if it was told of the object as it is now. */
function hasCondition(name: string, value: string): Condition {
  return (object) => {
    const { status, metadata } = object as KubeObject & {
      readonly status?: { readonly conditions?: readonly StatusCondition[]; readonly observedGeneration?: number };
    };
    const found = status?.conditions?.find(({ type = "" }) => type.toLowerCase() === name.toLowerCase());
    if (!found) return false;
    const observed = found.observedGeneration ?? status?.observedGeneration;
    if (observed !== undefined && observed < (metadata.generation ?? 0)) return false;
    return (found.status ?? "").toLowerCase() === value.toLowerCase();
  };
}

function hasValue(input: string): Condition {
  const parts = input.split(/(?<!=)=(?!=)/);
  if (parts.length > 2)
    throw new VerbError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  const [expression = "", given] = parts;
  const value = given?.replace(/^['"]+|['"]+$/g, "");
  if (value === "")
    throw new VerbError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  const path = new JsonPath(expression.includes("{") ? expression : relaxed(expression));
  return (object) => {
    const found = path.find(object);
    if (!found.length) return false;
    if (value === undefined) return true;
    if (found.length > 1) throw new VerbError(`given jsonpath expression matches more than one value`);
    if (typeof found[0] === "object" && found[0] !== null)
      throw new VerbError("jsonpath leads to a nested object or list which is not supported");
    return String(found[0]) === value;
  };
}
