/** The roles and bindings that hold in one namespace. */
import { type AnyBinding, type AnyRole, account, bindingOf, recordEvents, roleNamed, user } from "./notation.ts";

const lead = [
  "read create update: leases @coordination.k8s.io",
  "read create update: leasecandidates @coordination.k8s.io",
];
const lines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "kube-system": {
    "extension-apiserver-authentication-reader": ["read: configmaps =extension-apiserver-authentication"],
    "system:controller:bootstrap-signer": ["read: secrets"],
    "system:controller:cloud-provider": ["read create: configmaps"],
    "system:controller:token-cleaner": ["read delete: secrets", recordEvents],
    "system::leader-locking-kube-controller-manager": lead,
    "system::leader-locking-kube-scheduler": lead,
  },
  "kube-public": {
    "system:controller:bootstrap-signer": ["read: configmaps", "update: configmaps =cluster-info", recordEvents],
  },
};

export const namespacedRoles: readonly AnyRole[] = Object.entries(lines).flatMap(([namespace, roles]) =>
  Object.entries(roles).map(([name, rules]) => roleNamed(name, rules, { namespace })),
);

const system = { namespace: "kube-system" };
const controllerManager = user("system:kube-controller-manager");
const scheduler = user("system:kube-scheduler");
const signer = account("bootstrap-signer");

export const namespacedBindings: readonly AnyBinding[] = [
  bindingOf("Role", "extension-apiserver-authentication-reader", [controllerManager, scheduler], {
    ...system,
    name: "system::extension-apiserver-authentication-reader",
  }),
  bindingOf(
    "Role",
    "system::leader-locking-kube-controller-manager",
    [controllerManager, account("kube-controller-manager"), account("leader-election-controller")],
    system,
  ),
  bindingOf("Role", "system::leader-locking-kube-scheduler", [scheduler, account("kube-scheduler")], system),
  bindingOf("Role", "system:controller:bootstrap-signer", [signer], system),
  bindingOf("Role", "system:controller:cloud-provider", [account("cloud-provider")], system),
  bindingOf("Role", "system:controller:token-cleaner", [account("token-cleaner")], system),
  bindingOf("Role", "system:controller:bootstrap-signer", [signer], { namespace: "kube-public" }),
];
