/** Which objects a command line means: `pods a b`, `pod/a svc/b`, `deploy,svc -l app=web`, `-f file`. */
import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf, qualifiedName, type Resource } from "../../client/http/discovery.ts";
import { throwAll, VerbError } from "../verbs/failures.ts";
import type { Session } from "../verbs/session.ts";
import { listFailure, type Manifest, readManifests } from "./manifests.ts";

/** One object that is meant, or (without a name) all of a resource. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name?: string;
}

/** An object as a server has it, or as a file says it is to be. */
export interface Found {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: KubeObject;
  readonly source: string;
}

export interface Named {
  readonly targets: readonly Target[];
  /** The types stood apart from the names: `pods a b`. */
  readonly separate: boolean;
}

/** Reads `args`; names of categories (`all`) become their resources. Throws VerbError. */
export async function targetsOf(session: Session, args: readonly string[], allNamespaces = false): Promise<Named> {
  const place = (resource: Resource): string | undefined =>
    resource.namespaced && !allNamespaces ? session.namespace : undefined;
  if (args.some((arg) => arg.includes("/"))) {
    const targets: Target[] = [];
    for (const arg of args) {
      const [type, name, ...more] = arg.split("/");
      if (!arg.includes("/")) throw mixed();
      if (!type || !name || more.length)
        throw new VerbError(`arguments in resource/name form may not have more than one slash`);
      if (type.includes(","))
        throw new VerbError(`arguments in resource/name form must have a single resource and name`);
      const resource = await session.resource(type);
      targets.push({ resource, namespace: place(resource), name });
    }
    return { targets, separate: false };
  }
  const [types = "", ...names] = args;
  const resources = await resourcesOf(session, types);
  if (!names.length)
    return { targets: resources.map((resource) => ({ resource, namespace: place(resource) })), separate: true };
  return {
    targets: resources.flatMap((resource) => names.map((name) => ({ resource, namespace: place(resource), name }))),
    separate: true,
  };
}

const mixed = (): VerbError =>
  new VerbError(
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'cox get resource/<resource_name>' instead of 'cox get resource resource/<resource_name>'",
  );

/** `deploy,svc`, `all`. */
export async function resourcesOf(session: Session, types: string): Promise<readonly Resource[]> {
  const discovery = await session.discovery();
  const found: Resource[] = [];
  for (const word of types.split(",").filter(Boolean)) {
    const category = discovery.category(word);
    found.push(...(category.length ? category : [await session.resource(word)]));
  }
  return found;
}

/** The resource and place of an object out of a file. Throws VerbError where the server has no such kind. */
export async function placeOf(
  session: Session,
  { object, source }: Manifest,
): Promise<Omit<Found, "object" | "source">> {
  const { apiVersion = "", kind = "", metadata } = object;
  let resource = (await session.discovery()).kind(apiVersion, kind);
  if (!resource) {
    session.forgetDiscovery();
    resource = (await session.discovery()).kind(apiVersion, kind);
  }
  if (!resource) {
    throw new VerbError(
      `resource mapping not found for name: ${JSON.stringify(metadata.name ?? "")} namespace: ${JSON.stringify(metadata.namespace ?? "")} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
    );
  }
  const own = metadata.namespace;
  if (resource.namespaced && own && session.access.namespaceGiven && own !== session.namespace) {
    throw new VerbError(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(session.namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return {
    resource,
    namespace: resource.namespaced ? (own ?? session.namespace) : undefined,
    name: metadata.name ?? "",
  };
}

/** Objects out of `-f`, each with its place; a namespace that a file leaves out is filled in. */
export async function fromFiles(session: Session): Promise<readonly Found[]> {
  const { flags, environment } = session;
  const manifests = await readManifests(flags.all("filename"), flags.on("recursive"), environment);
  const found: Found[] = [];
  for (const manifest of manifests) {
    const place = await placeOf(session, manifest);
    const { object, source } = manifest;
    const metadata = { ...object.metadata, ...(place.namespace && { namespace: place.namespace }) };
    found.push({ ...place, object: { ...object, metadata }, source });
  }
  return found;
}

/**
 * What a verb that changes objects works on, read from the server: of `-f`, of names, or of a selector. Throws VerbError
 * where nothing is named.
 */
export async function existing(session: Session, args = session.flags.args): Promise<readonly Found[]> {
  const { flags, client } = session;
  if (flags.given("filename")) {
    const files = await fromFiles(session);
    return Promise.all(
      files.map(async (file) => ({ ...file, object: await client.get(file.resource, file.namespace, file.name) })),
    );
  }
  if (!args.length)
    throw new VerbError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  const allNamespaces = flags.on("all-namespaces");
  const { targets } = await targetsOf(session, args, allNamespaces);
  const found: Found[] = [];
  for (const { resource, namespace, name } of targets) {
    if (name !== undefined) {
      const object = await client.get(resource, namespace, name);
      found.push({ resource, namespace, name, object, source: "" });
    } else {
      if (!flags.given("selector") && !flags.given("field-selector") && !flags.on("all"))
        throw new VerbError("resource(s) were provided, but no name was specified");
      const query = {
        labelSelector: flags.text("selector") || undefined,
        fieldSelector: flags.text("field-selector") || undefined,
      };
      const list = await client.list(resource, namespace, query).catch((error: unknown) => {
        throw listFailure(error, resource, query);
      });
      for (const item of list.items) {
        const object = { apiVersion: groupVersionOf(resource), kind: resource.kind, ...item };
        found.push({
          resource,
          namespace: item.metadata.namespace,
          name: item.metadata.name ?? "",
          object,
          source: "",
        });
      }
    }
  }
  return found;
}

/** `deployment.apps/web`. */
export const shown = ({ resource, name }: { readonly resource: Resource; readonly name: string }): string =>
  `${singular(resource)}/${name}`;

/** `deployment.apps`. */
export const singular = ({ kind, group }: Resource): string =>
  group ? `${kind.toLowerCase()}.${group}` : kind.toLowerCase();
export { qualifiedName };

/** Does something with each object that is named; goes on where one fails, and throws what has failed at the end. */
export async function eachExisting(
  session: Session,
  act: (found: Found) => Promise<unknown>,
  args = session.flags.args,
): Promise<number> {
  const { flags, client } = session;
  const errors: unknown[] = [];
  let count = 0;
  const attempt = async (find: () => Promise<readonly Found[]>): Promise<void> => {
    try {
      for (const found of await find()) {
        count++;
        await act(found);
      }
    } catch (error) {
      errors.push(error);
    }
  };
  const named =
    flags.given("filename") ||
    !args.length ||
    (await targetsOf(session, args)).targets.every((t) => t.name === undefined);
  if (named) await attempt(() => existing(session, args));
  else {
    for (const { resource, namespace, name = "" } of (await targetsOf(session, args)).targets)
      await attempt(async () => [
        { resource, namespace, name, object: await client.get(resource, namespace, name), source: "" },
      ]);
  }
  throwAll(errors);
  return count;
}
