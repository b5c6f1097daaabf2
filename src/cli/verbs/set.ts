/** `cox set`. */
import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf } from "../../client/http/discovery.ts";
import type { FlagSet } from "../flags.ts";
import { eachExisting, type Found } from "../objects/arguments.ts";
import { patchFor } from "./apply.ts";
import { throwAll, VerbError } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import { dryRunFlag, fileFlags, managerFlag, outputFlag, selectorFlag, type Verb } from "./verb.ts";

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: object;
}
interface Container {
  name: string;
  image?: string;
  env?: EnvVar[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
}
interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  serviceAccountName?: string;
}

const common: FlagSet = {
  ...fileFlags,
  ...selectorFlag,
  ...outputFlag,
  ...dryRunFlag,
  ...managerFlag("kubectl-set"),
  all: { kind: "switch", help: "all of the type" },
  "show-managed-fields": { kind: "switch" },
};

/** The pod's specification in an object, wherever it lies. */
function podSpecOf(object: KubeObject): PodSpec {
  const { spec } = object as unknown as {
    spec: PodSpec & { template?: { spec: PodSpec }; jobTemplate?: { spec: { template: { spec: PodSpec } } } };
  };
  const found = spec?.jobTemplate?.spec.template.spec ?? spec?.template?.spec ?? spec;
  if (!found?.containers)
    throw new VerbError(`the object is not a pod or does not have a pod template: ${object.kind}`);
  return found;
}

/** Changes a copy of each object and sends the difference. */
async function change(
  session: Session,
  targets: readonly string[],
  what: string,
  edit: (spec: PodSpec, object: KubeObject, found: Found) => void,
): Promise<void> {
  const reporter = new Reporter(session);
  await eachExisting(
    session,
    async (found) => {
      const { resource, namespace, name, object } = found;
      const kind = { apiVersion: groupVersionOf(resource), kind: resource.kind };
      const changed = structuredClone({ ...kind, ...object }) as KubeObject;
      edit(podSpecOf(changed), changed, found);
      const { patch, type } = await patchFor(resource, { ...kind, ...object }, changed, { ...kind, ...object });
      if (!Object.keys(patch).length) {
        if (reporter.printsObjects) reporter.done(resource, changed, what);
        return;
      }
      const done =
        dryRunOf(session) === "client"
          ? changed
          : await session.client.patch(resource, namespace, name, {
              type,
              body: JSON.stringify(patch),
              query: writeQuery(session),
            });
      reporter.done(resource, done, what);
    },
    targets,
  );
}

/** Arguments up to the first change, and the changes. */
function divided(
  args: readonly string[],
  isChange: (arg: string) => boolean,
): readonly [readonly string[], readonly string[]] {
  const at = args.findIndex(isChange);
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)];
}

const image: Verb = {
  name: "image",
  summary: "Set images of containers",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) CONTAINER=IMAGE ...",
  flags: common,
  async run(session, flags) {
    const [targets, changes] = divided(flags.args, (arg) => arg.includes("="));
    if (!targets.length && !flags.given("filename"))
      throw new VerbError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    if (!changes.length) throw new VerbError("at least one image update is required");
    const wanted = changes.map(
      (text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)] as const,
    );
    if (wanted.length > 1 && wanted.some(([name]) => name === "*"))
      throw new VerbError(
        "all containers are already specified by *, but saw more than one container_name=container_image pairs",
      );
    await change(session, targets, "image updated", ({ containers, initContainers = [] }) => {
      const errors: unknown[] = [];
      for (const [name, to] of wanted) {
        const found = [...initContainers, ...containers].filter((container) => name === "*" || container.name === name);
        if (!found.length) errors.push(new VerbError(`error: unable to find container named ${JSON.stringify(name)}`));
        for (const container of found) container.image = to;
      }
      throwAll(errors);
    });
  },
};

const env: Verb = {
  name: "env",
  summary: "Set and list variables of containers",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) KEY=VALUE ... KEY- ...",
  flags: {
    ...common,
    containers: { kind: "text", short: "c", default: "*", help: "in which containers" },
    env: { kind: "list", short: "e", help: "key=value" },
    list: { kind: "switch", help: "show them" },
    resolve: { kind: "switch", help: "with values that come from elsewhere" },
    from: { kind: "text", help: "configmap/NAME or secret/NAME" },
    prefix: { kind: "text", help: "before keys of --from" },
    keys: { kind: "csv", help: "these keys of --from" },
    overwrite: { kind: "switch", default: "true", help: "in place of a value that is there" },
  },
  async run(session, flags) {
    const [targets, changes] = divided(flags.args, (arg) => arg.includes("=") || /^[A-Za-z_][\w.-]*-$/.test(arg));
    if (!targets.length && !flags.given("filename"))
      throw new VerbError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    const all = [...changes, ...flags.all("env")];
    const imported = flags.given("from") ? await importedFrom(session) : [];
    if (flags.on("list")) return listEnv(session, targets);
    if (!all.length && !imported.length) throw new VerbError("at least one environment variable must be provided");
    await change(session, targets, "env updated", (spec) => {
      for (const container of chosenContainers(session, spec)) {
        let list = container.env ?? [];
        for (const text of all) {
          if (text.includes("="))
            list = put(
              list,
              { name: text.slice(0, text.indexOf("=")), value: text.slice(text.indexOf("=") + 1) },
              flags.on("overwrite"),
            );
          else list = list.filter(({ name }) => name !== text.slice(0, -1));
        }
        for (const variable of imported) list = put(list, variable, flags.on("overwrite"));
        container.env = list;
      }
    });
  },
};

function put(list: readonly EnvVar[], variable: EnvVar, overwrite: boolean): EnvVar[] {
  const known = list.find(({ name }) => name === variable.name);
  if (known && !overwrite)
    throw new VerbError(`'${known.name}' already has a value (${known.value ?? ""}), and --overwrite is false`);
  return known ? list.map((one) => (one === known ? variable : one)) : [...list, variable];
}

const chosenContainers = ({ flags }: Session, { containers }: PodSpec): readonly Container[] => {
  const pattern = new RegExp(`^${flags.text("containers").replaceAll("*", ".*")}$`);
  return containers.filter(({ name }) => pattern.test(name));
};

async function importedFrom(session: Session): Promise<readonly EnvVar[]> {
  const { flags } = session;
  const [type = "", name = ""] = flags.text("from").split("/");
  const resource = await session.resource(type);
  if (!["ConfigMap", "Secret"].includes(resource.kind)) throw new VerbError("unsupported resource specified in --from");
  const { data } = (await session.client.get(resource, session.namespace, name)) as KubeObject & {
    readonly data?: Record<string, string>;
  };
  const keys = Object.keys(data ?? {}).filter((key) => !flags.given("keys") || flags.all("keys").includes(key));
  const ref = resource.kind === "ConfigMap" ? "configMapKeyRef" : "secretKeyRef";
  return keys.sort().map((key) => ({
    name: flags.text("prefix") + key.toUpperCase().replaceAll(/[-.]/g, "_"),
    valueFrom: { [ref]: { key, name } },
  }));
}

async function listEnv(session: Session, targets: readonly string[]): Promise<void> {
  await eachExisting(
    session,
    async ({ resource, name, object }) => {
      const spec = podSpecOf(object);
      for (const container of [...chosenContainers(session, spec), ...(spec.initContainers ?? [])]) {
        session.out(`# ${resource.kind} ${name}, container ${container.name}\n`);
        for (const { name: key, value, valueFrom } of container.env ?? [])
          session.out(valueFrom ? `# ${key} from ${referenceText(valueFrom)}\n` : `${key}=${value ?? ""}\n`);
      }
    },
    targets,
  );
}

function referenceText(valueFrom: object): string {
  const from = valueFrom as Record<string, { key?: string; name?: string; fieldPath?: string; resource?: string }>;
  if (from.configMapKeyRef) return `configmap ${from.configMapKeyRef.name}, key ${from.configMapKeyRef.key}`;
  if (from.secretKeyRef) return `secret ${from.secretKeyRef.name}, key ${from.secretKeyRef.key}`;
  if (from.fieldRef) return `field path ${from.fieldRef.fieldPath}`;
  if (from.resourceFieldRef) return `resource field ${from.resourceFieldRef.resource}`;
  return "invalid valueFrom";
}

const resources: Verb = {
  name: "resources",
  summary: "Set requests and limits of containers",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) (--limits=cpu=200m,memory=512Mi | --requests=…)",
  flags: {
    ...common,
    containers: { kind: "text", short: "c", default: "*", help: "in which containers" },
    limits: { kind: "csv", help: "limits" },
    requests: { kind: "csv", help: "requests" },
  },
  async run(session, flags) {
    if (!flags.given("limits") && !flags.given("requests"))
      throw new VerbError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    await change(session, flags.args, "resource requirements updated", (spec) => {
      const chosen = chosenContainers(session, spec);
      if (!chosen.length) throw new VerbError(`error: unable to find container named ${flags.text("containers")}`);
      for (const container of chosen) {
        container.resources ??= {};
        for (const part of ["limits", "requests"] as const) {
          for (const text of flags.all(part).filter(Boolean)) {
            const [name = "", amount = ""] = text.split("=");
            const list = { ...container.resources[part] };
            if (amount === "0") delete list[name];
            else list[name] = amount;
            container.resources[part] = list;
          }
        }
      }
    });
  },
};

const serviceAccount: Verb = {
  name: "serviceaccount",
  aliases: ["sa"],
  summary: "Set the service account of pods",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) SERVICE_ACCOUNT",
  flags: common,
  async run(session, flags) {
    const account = flags.args.at(-1);
    if (!account || (flags.args.length < 2 && !flags.given("filename")))
      throw new VerbError("serviceaccount is required");
    await change(session, flags.args.slice(0, -1), "serviceaccount updated", (spec) => {
      spec.serviceAccountName = account;
    });
  },
};

const selector: Verb = {
  name: "selector",
  summary: "Set the selector of a service",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) KEY=VALUE,…",
  flags: { ...common, "resource-version": { kind: "text", help: "only if the object is at this version" } },
  async run(session, flags) {
    const text = flags.args.at(-1);
    if (!text || (flags.args.length < 2 && !flags.given("filename"))) throw new VerbError("one selector is required");
    const reporter = new Reporter(session);
    await eachExisting(
      session,
      async ({ resource, namespace, name }) => {
        if (resource.kind !== "Service") throw new VerbError("setting a selector is only supported for Services");
        const wanted = Object.fromEntries(
          text.split(",").map((part) => [part.split("=")[0] ?? "", part.split("=")[1] ?? ""]),
        );
        const body = JSON.stringify([{ op: "add", path: "/spec/selector", value: wanted }]);
        const patched = await session.client.patch(resource, namespace, name, {
          type: "json",
          body,
          query: writeQuery(session),
        });
        reporter.done(resource, patched, "selector updated");
      },
      flags.args.slice(0, -1),
    );
  },
};

const subject: Verb = {
  name: "subject",
  summary: "Add subjects to a binding of a role",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) [--user=USER] [--group=GROUP] [--serviceaccount=NAMESPACE:NAME]",
  flags: { ...common, user: { kind: "list" }, group: { kind: "list" }, serviceaccount: { kind: "list" } },
  async run(session, flags) {
    const apiGroup = "rbac.authorization.k8s.io";
    const added = [
      ...flags.all("user").map((name) => ({ apiGroup, kind: "User", name })),
      ...flags.all("group").map((name) => ({ apiGroup, kind: "Group", name })),
      ...flags.all("serviceaccount").map((text) => {
        const [namespace, name] = text.split(":");
        if (!namespace || !name) throw new VerbError("serviceaccount must be <namespace>:<name>");
        return { kind: "ServiceAccount", name, namespace };
      }),
    ];
    if (!added.length) throw new VerbError("you must specify at least one value of user, group or serviceaccount");
    const reporter = new Reporter(session);
    await eachExisting(session, async ({ resource, namespace, name, object }) => {
      const have = ((object.subjects ?? []) as object[]).filter(
        (one) => !added.some((other) => JSON.stringify(other) === JSON.stringify(one)),
      );
      const body = JSON.stringify({ subjects: [...have, ...added] });
      const patched = await session.client.patch(resource, namespace, name, {
        type: "merge",
        body,
        query: writeQuery(session),
      });
      reporter.done(resource, patched, "subjects updated");
    });
  },
};

export const set: Verb = {
  name: "set",
  summary: "Change one thing of an object: image, env, resources, service account, selector, subjects",
  below: [image, env, resources, serviceAccount, selector, subject],
};
