/**
 * Kubeconfig files by client-go's rules: `--kubeconfig` alone, else the files of $KUBECONFIG merged (the first to name a
 * thing wins), else `~/.kube/config`. Files that are not there are passed over.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

export interface ClusterEntry {
  readonly server?: string;
  readonly "tls-server-name"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
}
export interface UserEntry {
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
  readonly "as-uid"?: string;
  readonly "as-groups"?: readonly string[];
}
export interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}
export interface Kubeconfig {
  readonly clusters: Readonly<Record<string, ClusterEntry>>;
  readonly users: Readonly<Record<string, UserEntry>>;
  readonly contexts: Readonly<Record<string, ContextEntry>>;
  readonly currentContext: string;
  /** The files that were looked for, in order; the first is the one that is written to. */
  readonly files: readonly string[];
}

export interface Places {
  /** `--kubeconfig`. */
  readonly explicit?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The configuration cannot be used; its text says why, as client-go words it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export function kubeconfigFiles({ explicit, env, home }: Places): readonly string[] {
  if (explicit) return [explicit];
  const listed = (env.KUBECONFIG ?? "").split(path.delimiter).filter(Boolean);
  return listed.length ? [...new Set(listed)] : [path.join(home, ".kube", "config")];
}

/** Throws ConfigError for a file that cannot be read, and for `--kubeconfig` of one that is not there. */
export function loadKubeconfig(places: Places): Kubeconfig {
  const files = kubeconfigFiles(places);
  if (places.explicit && !existsSync(places.explicit))
    throw new ConfigError(`stat ${places.explicit}: no such file or directory`);
  const parts = files.filter((file) => existsSync(file)).map(readFile);
  const merged = <T>(pick: (part: Part) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.assign({}, ...parts.map(pick).reverse());
  return {
    clusters: merged((part) => part.clusters),
    users: merged((part) => part.users),
    contexts: merged((part) => part.contexts),
    currentContext: parts.map((part) => part.currentContext).find(Boolean) ?? "",
    files,
  };
}

type Part = Omit<Kubeconfig, "files">;

function readFile(file: string): Part {
  let written: unknown;
  try {
    written = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigError(`error loading config file "${file}": ${error instanceof Error ? error.message : error}`);
  }
  const { clusters, users, contexts, ...rest } = (written ?? {}) as Readonly<Record<string, unknown>>;
  const folder = path.dirname(file);
  return {
    clusters: entries<ClusterEntry>(clusters, "cluster", folder),
    users: entries<UserEntry>(users, "user", folder),
    contexts: entries<ContextEntry>(contexts, "context", folder),
    currentContext: String(rest["current-context"] ?? ""),
  };
}

const paths = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** Paths in a file are relative to it. */
function entries<T>(list: unknown, key: string, folder: string): Record<string, T> {
  const named = (Array.isArray(list) ? list : []) as readonly Readonly<Record<string, unknown>>[];
  return Object.fromEntries(
    named.toReversed().map((item) => {
      const entry = { ...(item[key] as Record<string, unknown> | null) };
      for (const name of paths)
        if (typeof entry[name] === "string" && entry[name]) entry[name] = path.resolve(folder, entry[name]);
      return [String(item.name), entry as T];
    }),
  );
}

/** What stands on the command line in place of the file's. */
export interface Overrides {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly server?: string;
  readonly token?: string;
  readonly as?: string;
  readonly asUid?: string;
  readonly asGroups?: readonly string[];
  readonly insecure?: boolean;
  readonly authority?: string;
  readonly tlsServerName?: string;
}

/** Everything that is needed to speak to a server. Certificates and keys are PEM. */
export interface ServerAccess {
  readonly server: string;
  readonly namespace: string;
  /** The namespace was asked for on the command line. */
  readonly namespaceGiven: boolean;
  readonly authority?: string | undefined;
  readonly insecure: boolean;
  readonly tlsServerName?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroups: readonly string[];
}

/** Throws ConfigError. Without any configuration it is `http://localhost:8080`, as client-go has it. */
export function resolveAccess(config: Kubeconfig, over: Overrides = {}): ServerAccess {
  const name = over.context || config.currentContext;
  const context = name ? config.contexts[name] : {};
  if (!context) {
    throw new ConfigError(
      over.context ? `context "${name}" does not exist` : `context was not found for specified context: ${name}`,
    );
  }
  const clusterName = over.cluster || context.cluster;
  const userName = over.user || context.user;
  const cluster = clusterName ? config.clusters[clusterName] : {};
  const user = userName ? config.users[userName] : {};
  if (!cluster && over.cluster) throw new ConfigError(`cluster "${clusterName}" does not exist`);
  if (!user && over.user) throw new ConfigError(`auth info "${userName}" does not exist`);
  const certificate = over.token ? undefined : material(user, "client-certificate");
  const tokenFile = user?.tokenFile;
  const token = over.token || (tokenFile ? readPart(tokenFile, "tokenFile").trim() : user?.token);
  return {
    server: serverUrl(over.server || cluster?.server || "http://localhost:8080"),
    namespace: over.namespace || context.namespace || "default",
    namespaceGiven: Boolean(over.namespace),
    authority: over.authority
      ? readPart(over.authority, "certificate-authority")
      : material(cluster, "certificate-authority"),
    insecure: over.insecure ?? cluster?.["insecure-skip-tls-verify"] ?? false,
    tlsServerName: over.tlsServerName || cluster?.["tls-server-name"],
    certificate,
    key: certificate === undefined ? undefined : material(user, "client-key"),
    token,
    basic: user?.username && !token ? { username: user.username, password: user.password ?? "" } : undefined,
    as: over.as || user?.as,
    asUid: over.asUid || user?.["as-uid"],
    asGroups: over.asGroups ?? user?.["as-groups"] ?? [],
  };
}

const serverUrl = (server: string): string =>
  (/^https?:\/\//.test(server) ? server : `http://${server}`).replace(/\/+$/, "");

/** A certificate or key: given whole (base64), or in a file. */
function material(entry: object | undefined, name: string): string | undefined {
  const fields = (entry ?? {}) as Readonly<Record<string, string | undefined>>;
  const data = fields[`${name}-data`];
  if (data) return Buffer.from(data, "base64").toString();
  const file = fields[name];
  return file ? readPart(file, name) : undefined;
}

function readPart(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file or directory" : String(error);
    throw new ConfigError(`unable to read ${name} ${file}: open ${file}: ${why}`);
  }
}
