/** As whom the parts of the cluster ask: each as its own user, who may do what its role says and no more. */
import type { User } from "../apiserver/context.ts";

const authenticated = "system:authenticated";

/** The server itself, and whoever sets the cluster up: these may do everything. */
export const privileged = (component: string): User => ({
  name: component === "kube-apiserver" ? "system:apiserver" : `system:${component}`,
  groups: ["system:masters", authenticated],
});

const users = new Set(["kube-controller-manager", "kube-scheduler", "kube-proxy"]);

/** A part by its name; one that is not upstream's is privileged. */
export const partUser = (component: string): User =>
  users.has(component) ? { name: `system:${component}`, groups: [authenticated] } : privileged(component);

export const nodeUser = (name: string): User => ({
  name: `system:node:${name}`,
  groups: ["system:nodes", authenticated],
});

/** Controllers whose service account does not bear their name. */
const accounts: Readonly<Record<string, string>> = {
  "daemonset-controller": "daemon-set-controller",
  "garbage-collector-controller": "generic-garbage-collector",
  "root-ca-certificate-publisher": "root-ca-cert-publisher",
  "taint-eviction-controller": "node-controller",
};
/** What the controllers' program does as itself, and what the server does that here runs beside the controllers. */
const programs: Readonly<Record<string, User>> = {
  "tokens-controller": partUser("kube-controller-manager"),
  "kube-apiserver": privileged("kube-apiserver"),
};

/** Where the controllers' service accounts are. */
export const accountsNamespace = "kube-system";

/** The service account of a controller, by the controller's name; undefined: it acts as its program does. */
export const controllerAccount = (name: string): string | undefined =>
  name in programs ? undefined : (accounts[name] ?? name);

/** A controller by its name: its service account. */
export function controllerUser(name: string): User {
  return (
    programs[name] ?? {
      name: `system:serviceaccount:${accountsNamespace}:${controllerAccount(name)}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${accountsNamespace}`, authenticated],
    }
  );
}
