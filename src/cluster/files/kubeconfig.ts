/** Kubeconfig files: how clients find a cluster (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/). */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import type { KeyPair } from "../pki/certificates.ts";

interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}
interface Kubeconfig {
  apiVersion: string;
  kind: string;
  clusters: Named[];
  users: Named[];
  contexts: Named[];
  "current-context": string;
  [field: string]: unknown;
}

export interface Access {
  /** The cluster's name: the context is called `cox-<name>`. */
  readonly cluster: string;
  readonly server: string;
  readonly authority: string;
  readonly admin: KeyPair;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
export const contextOf = (cluster: string): string => `cox-${cluster}`;

export function kubeconfig({ cluster, server, authority, admin }: Access): Kubeconfig {
  const name = contextOf(cluster);
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [
      { name, user: { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) } },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

export const kubeconfigText = (access: Access): string => stringify(kubeconfig(access));

/** The file that kubectl reads: the first of $KUBECONFIG, else `~/.kube/config`. */
export function userKubeconfig(): string {
  const given = (process.env.KUBECONFIG ?? "").split(":").filter(Boolean)[0];
  return given ?? path.join(os.homedir(), ".kube/config");
}

/** Adds the cluster to a kubeconfig file, and makes it the current one; what else is in there stays. */
export function mergeKubeconfig(file: string, access: Access): void {
  const made = kubeconfig(access);
  const known = read(file);
  const put = (list: Named[] | undefined, item: Named): Named[] => [
    ...(list ?? []).filter((i) => i.name !== item.name),
    item,
  ];
  write(file, {
    ...known,
    apiVersion: "v1",
    kind: "Config",
    clusters: put(known?.clusters, made.clusters[0] as Named),
    users: put(known?.users, made.users[0] as Named),
    contexts: put(known?.contexts, made.contexts[0] as Named),
    "current-context": made["current-context"],
  });
}

/** Takes the cluster out of a kubeconfig file. */
export function unmergeKubeconfig(file: string, cluster: string): void {
  const known = read(file);
  if (!known) return;
  const name = contextOf(cluster);
  const without = (list: Named[] | undefined): Named[] => (list ?? []).filter((item) => item.name !== name);
  const current = known["current-context"] === name ? "" : known["current-context"];
  write(file, {
    ...known,
    clusters: without(known.clusters),
    users: without(known.users),
    contexts: without(known.contexts),
    "current-context": current,
  });
}

function read(file: string): Kubeconfig | undefined {
  if (!existsSync(file)) return undefined;
  const parsed: unknown = parse(readFileSync(file, "utf8"));
  return typeof parsed === "object" && parsed !== null ? (parsed as Kubeconfig) : undefined;
}

function write(file: string, config: Kubeconfig): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.cox-new`, stringify(config), { mode: 0o600 });
  renameSync(`${file}.cox-new`, file);
}
