/**
 * The kubelet's wishes as CRI messages. What a wish leaves open gets what kubelet sends by default: paths of /proc that
 * are masked, seccomp unconfined for containers and the runtime's profile for the sandbox
 * (pkg/securitycontext, pkg/kubelet/kuberuntime).
 */
import type {
  ContainerConfig,
  ExecRequest,
  RegistryAuth,
  Resources,
  SandboxConfig,
  SecurityContext,
} from "../contract.ts";
import { maskedPaths, readonlyPaths } from "../proc-paths.ts";

const wrapped = (value: number | undefined) => (value === undefined ? undefined : { value });

/** Without the undefined members, which protobufjs would take for set. */
const given = <T extends object>(message: T): T =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined)) as T;

function seccompProfile(profile: SecurityContext["seccomp"], unset: "RuntimeDefault" | "Unconfined") {
  return { profileType: profile?.type ?? unset, localhostRef: profile?.path ?? "" };
}

const apparmorProfile = (profile: SecurityContext["apparmor"]) =>
  profile && { profileType: profile.type, localhostRef: profile.profile ?? "" };

/** The form before there were profile messages, which old runtimes read. */
function seccompPath(profile: SecurityContext["seccomp"], unset: "RuntimeDefault" | "Unconfined"): string {
  const type = profile?.type ?? unset;
  if (type === "Localhost") return `localhost/${profile?.path ?? ""}`;
  return type === "RuntimeDefault" ? "runtime/default" : "unconfined";
}

function namespaces(pod: SandboxConfig, target?: string) {
  const pid = pod.hostPid ? "NODE" : pod.shareProcessNamespace ? "POD" : "CONTAINER";
  return {
    network: pod.hostNetwork ? "NODE" : "POD",
    pid: target ? "TARGET" : pid,
    ipc: pod.hostIpc ? "NODE" : "POD",
    targetId: target ?? "",
  };
}

export function sandboxMessage(pod: SandboxConfig): object {
  const { security } = pod;
  return given({
    metadata: { name: pod.name, uid: pod.uid, namespace: pod.namespace, attempt: pod.attempt },
    hostname: pod.hostname,
    logDirectory: pod.logDirectory,
    dnsConfig: pod.dns,
    portMappings: pod.ports.map((port) => ({ ...port, hostIp: port.hostIp ?? "" })),
    labels: pod.labels,
    annotations: pod.annotations,
    linux: {
      cgroupParent: pod.cgroupParent ?? "",
      sysctls: pod.sysctls ?? {},
      securityContext: given({
        namespaceOptions: namespaces(pod),
        selinuxOptions: security.selinux,
        runAsUser: wrapped(security.runAsUser),
        runAsGroup: wrapped(security.runAsGroup),
        readonlyRootfs: security.readOnlyRootFilesystem ?? false,
        supplementalGroups: security.supplementalGroups ?? [],
        privileged: security.privileged ?? false,
        seccomp: seccompProfile(security.seccomp, "RuntimeDefault"),
        seccompProfilePath: seccompPath(security.seccomp, "RuntimeDefault"),
        apparmor: apparmorProfile(security.apparmor),
      }),
    },
  });
}

const propagations = {
  private: "PROPAGATION_PRIVATE",
  hostToContainer: "PROPAGATION_HOST_TO_CONTAINER",
  bidirectional: "PROPAGATION_BIDIRECTIONAL",
} as const;

export function containerMessage(container: ContainerConfig, pod: SandboxConfig): object {
  return {
    metadata: { name: container.name, attempt: container.attempt },
    image: { image: container.imageRef, userSpecifiedImage: container.image },
    command: container.command,
    args: container.args,
    workingDir: container.workingDir ?? "",
    envs: container.env.map(({ name, value }) => ({ key: name, value: Buffer.from(value) })),
    mounts: container.mounts.map((mount) => ({
      containerPath: mount.containerPath,
      hostPath: mount.hostPath,
      readonly: mount.readOnly,
      propagation: propagations[mount.propagation],
    })),
    devices: container.devices ?? [],
    labels: container.labels,
    annotations: container.annotations,
    logPath: container.logPath,
    stdin: container.stdin,
    stdinOnce: container.stdinOnce,
    tty: container.tty,
    stopSignal: stopSignal(container.stopSignal),
    linux: {
      resources: resourcesMessage(container.resources),
      securityContext: containerSecurity(container.security, pod),
    },
  };
}

function containerSecurity(security: SecurityContext, pod: SandboxConfig): object {
  const hidden = security.privileged ? [] : maskedPaths;
  const fixed = security.privileged ? [] : readonlyPaths;
  return given({
    capabilities: {
      addCapabilities: security.addCapabilities ?? [],
      dropCapabilities: security.dropCapabilities ?? [],
    },
    privileged: security.privileged ?? false,
    namespaceOptions: namespaces(pod, security.targetContainer),
    selinuxOptions: security.selinux,
    runAsUser: wrapped(security.runAsUser),
    runAsGroup: wrapped(security.runAsGroup),
    runAsUsername: security.runAsUserName ?? "",
    readonlyRootfs: security.readOnlyRootFilesystem ?? false,
    supplementalGroups: security.supplementalGroups ?? [],
    noNewPrivs: security.noNewPrivileges ?? false,
    maskedPaths: security.maskedPaths ?? hidden,
    readonlyPaths: security.readonlyPaths ?? fixed,
    seccomp: seccompProfile(security.seccomp, "Unconfined"),
    seccompProfilePath: seccompPath(security.seccomp, "Unconfined"),
    apparmor: apparmorProfile(security.apparmor),
  });
}

export function resourcesMessage(resources: Resources): object {
  return {
    cpuPeriod: resources.cpuPeriod ?? 0,
    cpuQuota: resources.cpuQuota ?? 0,
    cpuShares: resources.cpuShares ?? 0,
    memoryLimitInBytes: resources.memoryLimit ?? 0,
    oomScoreAdj: resources.oomScoreAdj ?? 0,
    hugepageLimits: Object.entries(resources.hugepages ?? {}).map(([pageSize, limit]) => ({ pageSize, limit })),
  };
}

/** CRI's numbers for signals are alphabetical, not the kernel's; SIGRTMIN and its kin follow in order. */
const signalNames =
  "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ".split(
    " ",
  );

/** The CRI number of a signal such as `SIGUSR1` or `SIGRTMIN+3`; 0 leaves it to the image. */
export function stopSignal(signal: string | undefined): number {
  const name = signal?.replace(/^SIG/, "") ?? "";
  const real = /^RT(MIN|MAX)(?:[+-](\d+))?$/.exec(name);
  if (real) return real[1] === "MIN" ? 35 + Number(real[2] ?? 0) : 65 - Number(real[2] ?? 0);
  return signalNames.indexOf(name) + 1;
}

export const sessionMessage = (id: string, request: Omit<ExecRequest, "command">): object => ({
  containerId: id,
  stdin: request.stdin,
  stdout: request.stdout,
  stderr: request.stderr,
  tty: request.tty,
});

export const authMessage = (auth: RegistryAuth): object => given({ ...auth });
