/** `cox describe`. */

import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf, qualifiedName, type Resource } from "../../client/http/discovery.ts";
import type { Event } from "../../client/kinds.ts";
import type { Surroundings } from "../describe/describer.ts";
import { describerOf } from "../describe/describers.ts";
import { Page } from "../describe/page.ts";
import { existing, type Target, targetsOf } from "../objects/arguments.ts";
import { isNotFound } from "../objects/manifests.ts";
import { PlainError, throwAll } from "./failures.ts";
import type { Session } from "./session.ts";
import { fileFlags, selectorFlag, type Verb } from "./verb.ts";

export const describe: Verb = {
  name: "describe",
  summary: "Show objects in all detail, with what belongs to them",
  usage: "(TYPE [NAME_PREFIX | NAME ...] | TYPE/NAME ... | TYPE -l SELECTOR | -f FILE)",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    "show-events": { kind: "switch", default: "true", help: "with events" },
    "chunk-size": { kind: "number", default: "500", help: "how many at a time" },
  },
  async run(session, flags) {
    if (!flags.given("filename") && !flags.args.length)
      throw new PlainError(
        `You must specify the type of resource to describe. Use "cox api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.`,
      );
    const errors: unknown[] = [];
    const found: { readonly resource: Resource; readonly object: KubeObject }[] = [];
    if (flags.given("filename")) found.push(...(await existing(session)));
    else {
      for (const target of (await targetsOf(session, flags.args, flags.on("all-namespaces"))).targets)
        await objectsOf(session, target).then(
          (objects) => found.push(...objects),
          (error: unknown) => errors.push(error),
        );
    }
    let first = true;
    for (const { resource, object } of found) {
      const page = new Page(session.environment.clock.now());
      await describerOf(qualifiedName(resource))(page, object, surroundings(session, found.length > 1));
      session.out(`${first ? "" : "\n\n"}${page}`);
      first = false;
    }
    if (!found.length && !errors.length && !flags.given("filename"))
      session.err(
        flags.on("all-namespaces") ? "No resources found\n" : `No resources found in ${session.namespace} namespace.\n`,
      );
    throwAll(errors);
  },
};

/** The object of the name; where there is none, all whose names begin so. */
async function objectsOf(
  session: Session,
  { resource, namespace, name }: Target,
): Promise<readonly { resource: Resource; object: KubeObject }[]> {
  const { client, flags } = session;
  const kind = { apiVersion: groupVersionOf(resource), kind: resource.kind };
  const list = async (): Promise<readonly KubeObject[]> =>
    (
      await client.list(resource, namespace, {
        labelSelector: flags.text("selector") || undefined,
        limit: flags.text("chunk-size"),
      })
    ).items.map((item) => ({ ...kind, ...item }));
  if (name === undefined) return (await list()).map((object) => ({ resource, object }));
  try {
    return [{ resource, object: await client.get(resource, namespace, name) }];
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const alike = (await list()).filter(({ metadata }) => metadata.name?.startsWith(name));
    if (!alike.length) throw error;
    return alike.map((object) => ({ resource, object }));
  }
}

function surroundings(session: Session, several: boolean): Surroundings {
  const { client, flags } = session;
  return {
    async list(word, namespace, labelSelector, fieldSelector) {
      const resource = await session.resource(word);
      const { items } = await client.list(resource, namespace, { labelSelector, fieldSelector });
      return items;
    },
    get: async (word, namespace, name) => client.get(await session.resource(word), namespace, name),
    async events(object) {
      // of many objects, events are shown only to those who ask for them
      if (!flags.on("show-events") || (several && !flags.given("show-events"))) return undefined;
      const { name, namespace, uid = "" } = object.metadata;
      const resource = await session.resource("events");
      const about = async (id: string): Promise<readonly Event[]> => {
        const parts = [
          `involvedObject.name=${name}`,
          `involvedObject.namespace=${namespace ?? ""}`,
          `involvedObject.uid=${id}`,
        ];
        if (object.kind !== "Pod") parts.push(`involvedObject.kind=${object.kind}`);
        // what happens to objects of the cluster is told in the namespace default
        const { items } = await client.list(resource, namespace ?? "default", { fieldSelector: parts.join(",") });
        return items as unknown as readonly Event[];
      };
      // a kubelet knows its node by name alone
      const uids =
        object.kind === "Node"
          ? [uid, name ?? ""]
          : [object.metadata.annotations?.["kubernetes.io/config.mirror"] ?? uid];
      return (await Promise.all(uids.map(about))).flat();
    },
  };
}
