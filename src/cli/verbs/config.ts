/** `cox config`: kubeconfig files, looked at and changed. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { JsonPath } from "../../api/jsonpath/jsonpath.ts";
import { goJson } from "../../base/go-json.ts";
import { type Kubeconfig, kubeconfigFiles } from "../../client/http/kubeconfig.ts";
import { TableWriter } from "../output/tab-writer.ts";
import { toYaml } from "../output/yaml.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import type { Verb } from "./verb.ts";

interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}
interface ConfigFile {
  readonly file: string;
  readonly content: Record<string, unknown> & { contexts?: Named[]; clusters?: Named[]; users?: Named[] };
}

/** Files that are there or may be made, the first first. */
function filesOf(session: Session): readonly ConfigFile[] {
  return kubeconfigFiles(session.places).map((file) => ({
    file,
    content: (existsSync(file) ? (parse(readFileSync(file, "utf8")) as ConfigFile["content"] | null) : null) ?? {
      apiVersion: "v1",
      kind: "Config",
    },
  }));
}

function write({ file, content }: ConfigFile): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.cox-new`, stringify(content), { mode: 0o600 });
  renameSync(`${file}.cox-new`, file);
}

type Section = "contexts" | "clusters" | "users";
const entryName = { contexts: "context", clusters: "cluster", users: "user" } as const;

/** Changes an entry in the file that has it, or adds it to the first. */
function setEntry(session: Session, section: Section, name: string, fields: object): "modified" | "created" | "set" {
  const files = filesOf(session);
  const home =
    files.find(({ content }) => content[section]?.some((entry) => entry.name === name)) ?? (files[0] as ConfigFile);
  const list = home.content[section] ?? [];
  const known = list.find((entry) => entry.name === name);
  const key = entryName[section];
  const entry = { name, [key]: { ...(known?.[key] as object | undefined), ...fields } };
  write({
    ...home,
    content: {
      ...home.content,
      [section]: known ? list.map((one) => (one === known ? entry : one)) : [...list, entry],
    },
  });
  return known ? "modified" : "created";
}

function removeEntry(session: Session, section: Section, name: string): string {
  const home = filesOf(session).find(({ content }) => content[section]?.some((entry) => entry.name === name));
  if (!home) throw new VerbError(`cannot delete ${entryName[section]} ${name}, not in ${session.config.files[0]}`);
  write({
    ...home,
    content: { ...home.content, [section]: (home.content[section] ?? []).filter((entry) => entry.name !== name) },
  });
  return home.file;
}

function setCurrent(session: Session, name: string): void {
  const files = filesOf(session);
  const home = files.find(({ content }) => content["current-context"]) ?? (files[0] as ConfigFile);
  write({ ...home, content: { ...home.content, "current-context": name } });
}

const hidden = (config: Kubeconfig, raw: boolean): object => {
  const list = (section: Section): object[] =>
    Object.entries(config[section])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => ({ [entryName[section]]: raw ? entry : redacted(entry), name }));
  return {
    apiVersion: "v1",
    clusters: list("clusters"),
    contexts: list("contexts"),
    "current-context": config.currentContext,
    kind: "Config",
    users: list("users"),
  };
};

const secret = new Set([
  "client-certificate-data",
  "client-key-data",
  "certificate-authority-data",
  "token",
  "password",
]);
const redacted = (entry: object): object =>
  Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      secret.has(key)
        ? key === "certificate-authority-data" || key.startsWith("client-")
          ? "DATA+OMITTED"
          : "REDACTED"
        : value,
    ]),
  );

const view: Verb = {
  name: "view",
  summary: "Show the kubeconfig, all files merged",
  flags: {
    output: { kind: "text", short: "o", default: "yaml", help: "yaml, json or jsonpath=…" },
    raw: { kind: "switch", help: "with certificates and keys" },
    minify: { kind: "switch", help: "the current context alone" },
    flatten: { kind: "switch" },
  },
  async run(session, flags) {
    const whole = session.config;
    const config = flags.on("minify") ? minified(session, whole) : whole;
    const shown = hidden(config, flags.on("raw") || flags.on("flatten"));
    const output = flags.text("output");
    if (output === "json") session.out(`${goJson(shown, 4)}\n`);
    else if (output.startsWith("jsonpath=")) session.out(new JsonPath(output.slice("jsonpath=".length)).print(shown));
    else session.out(toYaml(shown));
  },
};

function minified(session: Session, config: Kubeconfig): Kubeconfig {
  const currentContext = session.flags.text("context") || config.currentContext;
  const context = config.contexts[currentContext];
  if (!context) throw new VerbError("current-context must exist in order to minify");
  const only = <T>(map: Readonly<Record<string, T>>, name: string | undefined): Readonly<Record<string, T>> =>
    name && map[name] ? { [name]: map[name] } : {};
  return {
    ...config,
    currentContext,
    contexts: { [currentContext]: context },
    clusters: only(config.clusters, context.cluster),
    users: only(config.users, context.user),
  };
}

const currentContext: Verb = {
  name: "current-context",
  summary: "Show which context is current",
  async run(session) {
    if (!session.config.currentContext) throw new VerbError("current-context is not set");
    session.out(`${session.config.currentContext}\n`);
  },
};

const useContext: Verb = {
  name: "use-context",
  aliases: ["use"],
  summary: "Make a context the current one",
  usage: "NAME",
  async run(session, flags) {
    const [name] = flags.args;
    if (!name || flags.args.length > 1) throw new VerbError(`Unexpected args: [${flags.args.join(" ")}]`);
    if (!session.config.contexts[name]) throw new VerbError(`no context exists with the name: ${JSON.stringify(name)}`);
    setCurrent(session, name);
    session.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
};

const getContexts: Verb = {
  name: "get-contexts",
  summary: "Show contexts",
  usage: "[NAME ...]",
  flags: { output: { kind: "text", short: "o", help: "name" }, "no-headers": { kind: "switch" } },
  async run(session, flags) {
    const { contexts, currentContext: current } = session.config;
    const names = flags.args.length ? flags.args : Object.keys(contexts).sort();
    const missing = names.filter((name) => !contexts[name]);
    const found = names.filter((name) => contexts[name]);
    if (flags.text("output") === "name") session.out(found.map((name) => `${name}\n`).join(""));
    else {
      const rows = found.map((name) => {
        const { cluster = "", user = "", namespace = "" } = contexts[name] ?? {};
        return [name === current ? "*" : "", name, cluster, user, namespace];
      });
      const head = flags.on("no-headers") ? [] : [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]];
      session.out(new TableWriter().lines([...head, ...rows]));
    }
    if (missing.length) throw new VerbError(missing.map((name) => `context ${name} not found`).join("\n"));
  },
};

const lister = (name: string, section: Section, title: string): Verb => ({
  name,
  summary: `Show ${section}`,
  async run(session) {
    session.out(
      new TableWriter().lines([
        [title],
        ...Object.keys(session.config[section])
          .sort()
          .map((entry) => [entry]),
      ]),
    );
  },
});

const setContext: Verb = {
  name: "set-context",
  summary: "Change a context, or add one",
  usage: "(NAME | --current) [--cluster=NAME] [--user=NAME] [--namespace=NAME]",
  flags: { current: { kind: "switch", help: "the current one" } },
  async run(session, flags) {
    const name = flags.on("current") ? session.config.currentContext : (flags.args[0] ?? "");
    if (!name)
      throw new VerbError(
        flags.on("current") ? "no current context is set" : "you must specify a non-empty context name or --current",
      );
    if (flags.on("current") && flags.args.length)
      throw new VerbError("you cannot specify both a context name and --current");
    const fields = Object.fromEntries(
      ["cluster", "user", "namespace"].filter((key) => flags.given(key)).map((key) => [key, flags.text(key)]),
    );
    session.out(`Context ${JSON.stringify(name)} ${setEntry(session, "contexts", name, fields)}.\n`);
  },
};

const setCluster: Verb = {
  name: "set-cluster",
  summary: "Change a cluster, or add one",
  usage: "NAME [--server=URL] [--certificate-authority=FILE] [--insecure-skip-tls-verify]",
  flags: { "embed-certs": { kind: "switch", help: "keep the certificate in the kubeconfig" } },
  async run(session, flags) {
    const [name] = flags.args;
    if (!name) throw new VerbError("you must specify a non-empty cluster name");
    const authority = flags.text("certificate-authority");
    const embedded =
      authority && flags.on("embed-certs")
        ? { "certificate-authority-data": base64(session, authority) }
        : authority
          ? { "certificate-authority": path.resolve(session.environment.cwd, authority) }
          : {};
    const fields = {
      ...(flags.given("server") && { server: flags.text("server") }),
      ...(flags.given("insecure-skip-tls-verify") && {
        "insecure-skip-tls-verify": flags.on("insecure-skip-tls-verify"),
      }),
      ...embedded,
    };
    setEntry(session, "clusters", name, fields);
    session.out(`Cluster ${JSON.stringify(name)} set.\n`);
  },
};

const base64 = ({ environment }: Session, file: string): string =>
  readFileSync(path.resolve(environment.cwd, file)).toString("base64");

const setCredentials: Verb = {
  name: "set-credentials",
  summary: "Change a user, or add one",
  usage: "NAME [--token=TOKEN] [--client-certificate=FILE --client-key=FILE] [--username=NAME --password=PASSWORD]",
  flags: {
    "client-certificate": { kind: "text", help: "file of the certificate" },
    "client-key": { kind: "text", help: "file of its key" },
    username: { kind: "text" },
    password: { kind: "text" },
    "embed-certs": { kind: "switch", help: "keep them in the kubeconfig" },
  },
  async run(session, flags) {
    const [name] = flags.args;
    if (!name) throw new VerbError("you must specify a non-empty user name");
    const files = Object.fromEntries(
      ["client-certificate", "client-key"]
        .filter((key) => flags.given(key))
        .map((key) =>
          flags.on("embed-certs")
            ? [`${key}-data`, base64(session, flags.text(key))]
            : [key, path.resolve(session.environment.cwd, flags.text(key))],
        ),
    );
    const texts = Object.fromEntries(
      ["token", "username", "password"].filter((key) => flags.given(key)).map((key) => [key, flags.text(key)]),
    );
    setEntry(session, "users", name, { ...files, ...texts });
    session.out(`User ${JSON.stringify(name)} set.\n`);
  },
};

const remover = (name: string, section: Section): Verb => ({
  name,
  summary: `Remove a ${entryName[section]}`,
  usage: "NAME",
  async run(session, flags) {
    const [entry] = flags.args;
    if (!entry) throw new VerbError(`Unexpected args: []`);
    const file = removeEntry(session, section, entry);
    session.out(`deleted ${entryName[section]} ${entry} from ${file}\n`);
  },
});

const renameContext: Verb = {
  name: "rename-context",
  summary: "Give a context another name",
  usage: "OLD NEW",
  async run(session, flags) {
    const [from, to] = flags.args;
    if (!from || !to) throw new VerbError(`Unexpected args: [${flags.args.join(" ")}]`);
    const context = session.config.contexts[from];
    if (!context)
      throw new VerbError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${session.config.files[0]}`);
    if (session.config.contexts[to])
      throw new VerbError(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${session.config.files[0]}`,
      );
    removeEntry(session, "contexts", from);
    setEntry(session, "contexts", to, context);
    if (session.config.currentContext === from) setCurrent(session, to);
    session.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
};

export const config: Verb = {
  name: "config",
  summary: "Look at and change kubeconfig files",
  below: [
    view,
    currentContext,
    useContext,
    getContexts,
    lister("get-clusters", "clusters", "NAME"),
    lister("get-users", "users", "NAME"),
    setContext,
    setCluster,
    setCredentials,
    renameContext,
    remover("delete-context", "contexts"),
    remover("delete-cluster", "clusters"),
    remover("delete-user", "users"),
  ],
};
