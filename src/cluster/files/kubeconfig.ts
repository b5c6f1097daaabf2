/** Kubeconfig files: how clients find a cluster (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/). */
import os from "node:os";
import { stringify } from "yaml";
import type { Clock } from "../../base/clock.ts";
import { kubeconfigFiles } from "../../client/http/kubeconfig.ts";
import type { KeyPair } from "../pki/certificates.ts";
import { changeKubeconfig, type Kubeconfig, type Named } from "./kubeconfig-file.ts";

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

/** The file that kubectl writes to: the first of $KUBECONFIG, else `~/.kube/config`. */
export const userKubeconfig = (): string => kubeconfigFiles({ env: process.env, home: os.homedir() })[0] as string;

/** Adds the cluster to a kubeconfig file, and makes it the current one; what else is in there stays. Throws KubeconfigProblem. */
export function mergeKubeconfig(file: string, access: Access, clock: Clock): Promise<void> {
  const made = kubeconfig(access);
  const put = (list: Named[] | undefined, item: Named): Named[] => [
    ...(list ?? []).filter((i) => i.name !== item.name),
    item,
  ];
  return changeKubeconfig(file, clock, (known) => ({
    ...known,
    apiVersion: "v1",
    kind: "Config",
    clusters: put(known?.clusters, made.clusters[0] as Named),
    users: put(known?.users, made.users[0] as Named),
    contexts: put(known?.contexts, made.contexts[0] as Named),
    "current-context": made["current-context"],
  }));
}

/** Takes the cluster out of a kubeconfig file; one that does not have it is left alone. Throws KubeconfigProblem. */
export function unmergeKubeconfig(file: string, cluster: string, clock: Clock): Promise<void> {
  const name = contextOf(cluster);
  const has = (list: Named[] | undefined): boolean => (list ?? []).some((item) => item.name === name);
  const without = (list: Named[] | undefined): Named[] => (list ?? []).filter((item) => item.name !== name);
  return changeKubeconfig(file, clock, (known) => {
    if (!known || ![known.clusters, known.users, known.contexts].some(has)) return undefined;
    const current = known["current-context"] === name ? "" : known["current-context"];
    return {
      ...known,
      clusters: without(known.clusters),
      users: without(known.users),
      contexts: without(known.contexts),
      "current-context": current,
    };
  });
}
