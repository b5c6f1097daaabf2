/** `cox create configmap|secret|namespace|quota|serviceaccount|priorityclass|poddisruptionbudget`. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { FlagSet, Flags } from "../../flags.ts";
import { VerbError } from "../failures.ts";
import type { Session } from "../session.ts";
import type { Generator } from "./generator.ts";
import { pairs } from "./generator.ts";

const sources: FlagSet = {
  "from-literal": { kind: "list", help: "key=value" },
  "from-file": { kind: "csv", help: "a file, a folder, or key=file" },
  "from-env-file": { kind: "csv", help: "a file of lines key=value" },
};

/** The data that flags name, as bytes. Throws VerbError in kubectl's words. */
function dataOf(flags: Flags, { environment }: Session): Map<string, Buffer> {
  const data = new Map<string, Buffer>();
  const put = (key: string, value: Buffer): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key))
      throw new VerbError(
        `${JSON.stringify(key)} is not a valid key name: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      );
    if (data.has(key))
      throw new VerbError(`cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data`);
    data.set(key, value);
  };
  for (const text of flags.all("from-file")) {
    const at = text.indexOf("=");
    const [key, file] = at < 0 ? [undefined, text] : [text.slice(0, at), text.slice(at + 1)];
    const place = path.resolve(environment.cwd, file);
    const stat = statSync(place, { throwIfNoEntry: false });
    if (!stat) throw new VerbError(`error reading ${file}: no such file or directory`);
    if (!stat.isDirectory()) put(key ?? path.basename(file), readFileSync(place));
    else
      for (const entry of readdirSync(place, { withFileTypes: true }))
        if (entry.isFile()) put(entry.name, readFileSync(path.join(place, entry.name)));
  }
  for (const text of flags.all("from-literal")) {
    const at = text.indexOf("=");
    if (at < 1) throw new VerbError(`invalid literal source ${text}, expected key=value`);
    put(text.slice(0, at), Buffer.from(text.slice(at + 1)));
  }
  for (const file of flags.all("from-env-file")) {
    for (const line of readFileSync(path.resolve(environment.cwd, file), "utf8").split("\n")) {
      const text = line.trimStart();
      if (!text || text.startsWith("#")) continue;
      const [key = "", ...value] = text.split("=");
      put(key, Buffer.from(value.length ? value.join("=") : (environment.env[key] ?? "")));
    }
  }
  return data;
}

export const configMap: Generator = {
  name: "configmap",
  aliases: ["cm"],
  summary: "A config map from literals and files",
  usage: "NAME [--from-literal=key=value] [--from-file=[key=]file]",
  flags: sources,
  resource: "configmaps",
  failure: "failed to create configmap: ",
  object(name, flags, session) {
    const [data, binaryData]: [Record<string, string>, Record<string, string>] = [{}, {}];
    for (const [key, bytes] of dataOf(flags, session)) {
      const text = bytes.toString();
      if (Buffer.from(text).equals(bytes)) data[key] = text;
      else binaryData[key] = bytes.toString("base64");
    }
    return {
      apiVersion: "v1",
      ...(Object.keys(binaryData).length && { binaryData }),
      ...(Object.keys(data).length && { data }),
      kind: "ConfigMap",
      metadata: { name },
    };
  },
};

const secret = (name: string, type: string | undefined, data: ReadonlyMap<string, Buffer>): object => ({
  apiVersion: "v1",
  ...(data.size && { data: Object.fromEntries([...data].map(([key, bytes]) => [key, bytes.toString("base64")])) }),
  kind: "Secret",
  metadata: { name },
  ...(type && { type }),
});

export const genericSecret: Generator = {
  name: "generic",
  summary: "A secret from literals and files",
  usage: "NAME [--from-literal=key=value] [--from-file=[key=]file] [--type=TYPE]",
  flags: { ...sources, type: { kind: "text", help: "its type" } },
  resource: "secrets",
  failure: "failed to create secret ",
  object: (name, flags, session) => secret(name, flags.text("type"), dataOf(flags, session)),
};

export const tlsSecret: Generator = {
  name: "tls",
  summary: "A secret of a certificate and its key",
  usage: "NAME --cert=FILE --key=FILE",
  flags: { cert: { kind: "text", help: "the certificate" }, key: { kind: "text", help: "its key" } },
  required: ["cert", "key"],
  resource: "secrets",
  failure: "failed to create secret ",
  object(name, flags, { environment }) {
    const read = (flag: string): Buffer => readFileSync(path.resolve(environment.cwd, flags.text(flag)));
    return secret(
      name,
      "kubernetes.io/tls",
      new Map([
        ["tls.crt", read("cert")],
        ["tls.key", read("key")],
      ]),
    );
  },
};

export const registrySecret: Generator = {
  name: "docker-registry",
  summary: "A secret for a registry",
  usage: "NAME --docker-username=USER --docker-password=PASSWORD [--docker-server=SERVER]",
  flags: {
    "docker-server": { kind: "text", default: "https://index.docker.io/v1/", help: "the registry" },
    "docker-username": { kind: "text", help: "the user" },
    "docker-password": { kind: "text", help: "the password" },
    "docker-email": { kind: "text", help: "the user's address" },
    "from-file": { kind: "csv", help: "a file of Docker's configuration" },
  },
  resource: "secrets",
  failure: "failed to create secret ",
  object(name, flags, session) {
    const key = ".dockerconfigjson";
    const type = "kubernetes.io/dockerconfigjson";
    if (flags.given("from-file"))
      return secret(name, type, new Map([[key, [...dataOf(flags, session).values()][0] ?? Buffer.of()]]));
    const [username, password, email] = ["username", "password", "email"].map((part) => flags.text(`docker-${part}`));
    if (!username || !password)
      throw new VerbError(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    const auths = { [flags.text("docker-server")]: { username, password, ...(email && { email }), auth } };
    return secret(name, type, new Map([[key, Buffer.from(JSON.stringify({ auths }))]]));
  },
};

export const namespace: Generator = {
  name: "namespace",
  aliases: ["ns"],
  summary: "A namespace",
  resource: "namespaces",
  object: (name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name }, spec: {}, status: {} }),
};

export const quota: Generator = {
  name: "quota",
  aliases: ["resourcequota"],
  summary: "A quota of resources",
  usage: "NAME [--hard=key=value,…] [--scopes=SCOPE,…]",
  flags: { hard: { kind: "csv", help: "limits" }, scopes: { kind: "csv", help: "what it counts" } },
  resource: "resourcequotas",
  failure: "failed to create quota: ",
  object: (name, flags) => ({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name },
    spec: {
      ...(flags.given("hard") && { hard: pairs(flags.all("hard")) }),
      ...(flags.given("scopes") && { scopes: flags.all("scopes") }),
    },
    status: {},
  }),
};

export const serviceAccount: Generator = {
  name: "serviceaccount",
  aliases: ["sa"],
  summary: "A service account",
  resource: "serviceaccounts",
  failure: "failed to create serviceaccount: ",
  object: (name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } }),
};

export const priorityClass: Generator = {
  name: "priorityclass",
  aliases: ["pc"],
  summary: "A priority class",
  usage: "NAME --value=VALUE",
  flags: {
    value: { kind: "number", help: "the priority" },
    "global-default": { kind: "switch", help: "that of pods which name none" },
    description: { kind: "text", help: "what it is for" },
    "preemption-policy": { kind: "text", default: "PreemptLowerPriority", help: "or Never" },
  },
  resource: "priorityclasses.scheduling.k8s.io",
  failure: "failed to create priorityclass: ",
  object: (name, flags) => ({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name },
    value: flags.number("value"),
    ...(flags.on("global-default") && { globalDefault: true }),
    ...(flags.text("description") && { description: flags.text("description") }),
    preemptionPolicy: flags.text("preemption-policy"),
  }),
};

const countOrShare = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

export const disruptionBudget: Generator = {
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  summary: "A budget of disruptions",
  usage: "NAME --selector=SELECTOR (--min-available=N | --max-unavailable=N)",
  flags: {
    selector: { kind: "text", help: "which pods" },
    "min-available": { kind: "text", help: "how many must be there" },
    "max-unavailable": { kind: "text", help: "how many may be missing" },
  },
  resource: "poddisruptionbudgets.policy",
  failure: "failed to create poddisruptionbudgets: ",
  object(name, flags) {
    const [least, most] = [flags.text("min-available"), flags.text("max-unavailable")];
    if (!flags.text("selector")) throw new VerbError("a selector must be specified");
    if (!least && !most) throw new VerbError("one of min-available or max-unavailable must be specified");
    if (least && most) throw new VerbError("min-available and max-unavailable cannot be both specified");
    return {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name },
      spec: {
        ...(most && { maxUnavailable: countOrShare(most) }),
        ...(least && { minAvailable: countOrShare(least) }),
        selector: { matchLabels: pairs(flags.text("selector").split(",")) },
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    };
  },
};
