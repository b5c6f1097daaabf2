/** What of the node a pod may share: namespaces, ports, processes, kernel settings; and whom its probes may ask. */
import type { LifecycleHandler, Probe } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";
import {
  type AnyContainer,
  type Check,
  containers,
  containersOf,
  namesOf,
  plural,
  quoted,
  type Rule,
  setters,
  sorted,
} from "./check.ts";

const namespaces: Rule = (spec) => {
  const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((field) => spec[field]);
  if (!shared.length) return undefined;
  return { reason: "host namespaces", detail: shared.map((field) => `${field}=true`).join(", ") };
};

const ports: Rule = (spec) => {
  const bad = namesOf(spec, (container) => container.ports?.some((port) => port.hostPort) ?? false);
  if (!bad.length) return undefined;
  const all = containersOf(spec).flatMap((c) => (c.ports ?? []).flatMap(({ hostPort }) => hostPort || []));
  const forbidden = sorted(all.map(String));
  const use = `${plural("uses", "use", bad.length)} ${plural("hostPort", "hostPorts", forbidden.length)}`;
  return { reason: "hostPort", detail: `${containers(bad)} ${use} ${forbidden.join(", ")}` };
};

type Asks = Shared<Pick<Probe & LifecycleHandler, "httpGet" | "tcpSocket">> | undefined;
const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer): string[] =>
  [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]
    .flatMap((asks: Asks) => [asks?.httpGet?.host, asks?.tcpSocket?.host])
    .filter((host): host is string => Boolean(host));

const probes: Rule = (spec) => {
  const bad = sorted(namesOf(spec, (container) => hostsOf(container).length > 0));
  if (!bad.length) return undefined;
  const hosts = sorted(containersOf(spec).flatMap(hostsOf));
  const what = plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.length);
  const detail = `${containers(bad)} ${plural("uses", "use", bad.length)} ${what} ${quoted(hosts)}`;
  return { reason: "probe or lifecycle host", detail };
};

const hostProcess: Rule = (spec) => {
  const pod = spec.securityContext?.windowsOptions?.hostProcess === true;
  const bad = namesOf(spec, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  if (!pod && !bad.length) return undefined;
  const detail = `${setters(pod, bad)} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: "hostProcess", detail };
};

/** Settings of a pod's own namespaces, which harm nobody else, by the version from which they are allowed. */
const safeSettings: readonly (readonly [number, readonly string[]])[] = [
  [
    0,
    [
      "kernel.shm_rmid_forced",
      "net.ipv4.ip_local_port_range",
      "net.ipv4.tcp_syncookies",
      "net.ipv4.ping_group_range",
      "net.ipv4.ip_unprivileged_port_start",
    ],
  ],
  [27, ["net.ipv4.ip_local_reserved_ports"]],
  [
    29,
    [
      "net.ipv4.tcp_keepalive_time",
      "net.ipv4.tcp_fin_timeout",
      "net.ipv4.tcp_keepalive_intvl",
      "net.ipv4.tcp_keepalive_probes",
    ],
  ],
  [32, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]],
];

function settings(minor: number): Rule {
  const allowed = new Set(safeSettings.flatMap(([since, names]) => (since <= minor ? names : [])));
  return (spec) => {
    const forbidden = (spec.securityContext?.sysctls ?? [])
      .map(({ name }) => name)
      .filter((name) => !allowed.has(name));
    return forbidden.length ? { reason: "forbidden sysctls", detail: forbidden.join(", ") } : undefined;
  };
}

export const hostChecks: readonly Check[] = [
  { id: "hostNamespaces", level: "baseline", since: { 0: namespaces } },
  { id: "hostPorts", level: "baseline", since: { 0: ports } },
  { id: "hostProbesAndHostLifecycle", level: "baseline", since: { 34: probes } },
  { id: "windowsHostProcess", level: "baseline", since: { 0: hostProcess } },
  {
    id: "sysctls",
    level: "baseline",
    since: Object.fromEntries(safeSettings.map(([minor]) => [minor, settings(minor)])),
  },
];
