/** Who a process is, and what the kernel lets it do (credentials(7), capabilities(7)). */
import type { SecurityContext } from "../../contract.ts";
import type { Attributes } from "./node.ts";

export interface Identity {
  readonly user: number;
  readonly group: number;
  /** Without `group`. */
  readonly groups: readonly number[];
  /** Bits of the effective set. */
  readonly capabilities: bigint;
  /** Bits that can be had at all. */
  readonly bounding: bigint;
  /** Permissions of files do not hold it back. */
  readonly overrides: boolean;
  readonly noNewPrivileges: boolean;
  readonly filtersCalls: boolean;
}

export type Access = "read" | "write" | "execute";

/** In the order of their bits. */
const names = [
  ...["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...["LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"],
  ...["SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"],
  ...["SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"],
  ...["MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"],
  "CHECKPOINT_RESTORE",
];
/** What containerd gives every container. */
const usual = [
  ...["CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP"],
  ...["NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"],
];
const bitsOf = (some: Iterable<string>): bigint => {
  let bits = 0n;
  for (const name of some) {
    const at = names.indexOf(name);
    if (at >= 0) bits |= 1n << BigInt(at);
  }
  return bits;
};

export const root: Identity = {
  ...{ user: 0, group: 0, groups: [], capabilities: bitsOf(usual), bounding: bitsOf(usual) },
  ...{ overrides: true, noNewPrivileges: false, filtersCalls: false },
};

function boundingOf({ privileged, addCapabilities = [], dropCapabilities = [] }: SecurityContext): bigint {
  if (privileged) return bitsOf(names);
  const bare = (name: string): string => name.toUpperCase().replace(/^CAP_/, "");
  const added = addCapabilities.map(bare);
  const dropped = dropCapabilities.map(bare);
  const kept = new Set(added.includes("ALL") ? names : usual);
  if (dropped.includes("ALL")) kept.clear();
  for (const name of dropped) kept.delete(name);
  for (const name of added) kept.add(name);
  return bitsOf(kept);
}

/** `image`: who its programs run as where the pod does not say. */
export function identityOf(
  security: SecurityContext,
  image: { readonly user: number; readonly group: number; readonly groups: readonly number[] },
): Identity {
  const bounding = boundingOf(security);
  const user = security.runAsUser ?? image.user;
  const group = security.runAsGroup ?? (user === image.user ? image.group : 0);
  const capabilities = user === 0 ? bounding : 0n;
  const own = user === image.user ? image.groups : [];
  return {
    ...{ user, group, capabilities, bounding },
    groups: [...new Set([...own, ...(security.supplementalGroups ?? [])])].filter((id) => id !== group),
    overrides: (capabilities & bitsOf(["DAC_OVERRIDE"])) !== 0n,
    noNewPrivileges: security.noNewPrivileges ?? false,
    filtersCalls: !security.privileged && ["RuntimeDefault", "Localhost"].includes(security.seccomp?.type ?? ""),
  };
}

export function mayAccess(identity: Identity, { mode, user, group }: Attributes, access: Access): boolean {
  const bit = { read: 4, write: 2, execute: 1 }[access];
  if (identity.overrides) return access !== "execute" || (mode & 0o111) !== 0;
  const inGroup = identity.group === group || identity.groups.includes(group);
  const shift = identity.user === user ? 6 : inGroup ? 3 : 0;
  return ((mode >> shift) & bit) !== 0;
}
