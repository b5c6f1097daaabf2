/** Containers in the description of a pod or of a template of pods. */
import { formatQuantity, quantityOf } from "../../api/quantity.ts";
import type { Pod } from "../../client/kinds.ts";
import type { Page } from "./page.ts";
import { orNone, rfc1123, truth } from "./page.ts";

type Spec = Pod["spec"];
export type Container = NonNullable<Spec["containers"]>[number];
type ContainerStatus = NonNullable<Pod["status"]["containerStatuses"]>[number];
type Probe = NonNullable<Container["livenessProbe"]>;
type EnvVar = NonNullable<Container["env"]>[number];

export interface ContainerGroup {
  readonly title: string;
  readonly containers: readonly Container[];
  readonly statuses?: readonly ContainerStatus[] | null | undefined;
  /** The pod that they are in, for values out of its fields. */
  readonly pod?: Pod;
  /** Templates stand a little to the right. */
  readonly indent?: string;
}

export function describeContainers(
  page: Page,
  { title, containers, statuses, pod, indent = "" }: ContainerGroup,
): void {
  page.line(0, `${indent}${title}:${containers.length ? "" : " <none>"}`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    page.line(1, `${indent ? " " : ""}${container.name}:`);
    basics(page, container, status);
    words(page, "Command", container.command);
    words(page, "Args", container.args);
    if (status) states(page, status);
    describeResources(page, container.resources, 2);
    for (const [name, probe] of [
      ["Liveness", container.livenessProbe],
      ["Readiness", container.readinessProbe],
      ["Startup", container.startupProbe],
    ] as const)
      if (probe) page.field(name, probeText(probe), 2);
    environmentFrom(page, container);
    environment(page, container, pod);
    mounts(page, container);
  }
}

function basics(page: Page, { image, ports, securityContext }: Container, status: ContainerStatus | undefined): void {
  if (status) page.field("Container ID", status.containerID ?? "", 2);
  page.field("Image", image, 2);
  if (status) page.field("Image ID", status.imageID, 2);
  const list = (of: (port: NonNullable<typeof ports>[number]) => number | undefined): string =>
    (ports ?? [])
      .map((port) => `${of(port) ?? 0}/${port.protocol ?? ""}${port.name ? ` (${port.name})` : ""}`)
      .join(", ");
  const one = (name: string, text: string): void => page.field(text.includes(",") ? `${name}s` : name, orNone(text), 2);
  one(
    "Port",
    list((port) => port.containerPort),
  );
  one(
    "Host Port",
    list((port) => port.hostPort),
  );
  const profile = securityContext?.seccompProfile;
  if (!profile) return;
  page.field("SeccompProfile", profile.type, 2);
  if (profile.type === "Localhost") page.field("LocalhostProfile", profile.localhostProfile, 3);
}

function words(page: Page, title: string, list: readonly string[] | null | undefined): void {
  if (!list?.length) return;
  page.line(2, `${title}:`);
  for (const line of list.flatMap((word) => word.split("\n"))) page.line(3, line);
}

function states(page: Page, status: ContainerStatus): void {
  state(page, "State", status.state);
  if (status.lastState?.terminated) state(page, "Last State", status.lastState);
  page.field("Ready", truth(status.ready ?? false), 2);
  page.field("Restart Count", status.restartCount ?? 0, 2);
}

function state(
  page: Page,
  title: string,
  { running, waiting, terminated }: NonNullable<ContainerStatus["state"]> = {},
): void {
  if (running) {
    page.field(title, "Running", 2);
    page.field("Started", rfc1123(running.startedAt), 3);
  } else if (terminated) {
    page.field(title, "Terminated", 2);
    if (terminated.reason) page.field("Reason", terminated.reason, 3);
    if (terminated.message) page.field("Message", terminated.message, 3);
    page.field("Exit Code", terminated.exitCode ?? 0, 3);
    if (terminated.signal) page.field("Signal", terminated.signal, 3);
    page.field("Started", rfc1123(terminated.startedAt), 3);
    page.field("Finished", rfc1123(terminated.finishedAt), 3);
  } else {
    page.field(title, "Waiting", 2);
    if (waiting?.reason) page.field("Reason", waiting.reason, 3);
  }
}

type Resources = Container["resources"];

export function describeResources(page: Page, resources: Resources, level: number): void {
  for (const [title, list] of [
    ["Limits", resources?.limits],
    ["Requests", resources?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length) page.line(level, `${title}:`);
    for (const name of names) page.field(name, formatQuantity(quantityOf(list?.[name])), level + 1);
  }
}

function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe;
  const rest = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec [${(exec.command ?? []).join(" ")}] ${rest}`;
  if (httpGet)
    return `http-get ${(httpGet.scheme ?? "").toLowerCase()}://${httpGet.host ?? ""}:${httpGet.port}${httpGet.path ?? ""} ${rest}`;
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port} ${rest}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ""} ${rest}`;
  return `unknown ${rest}`;
}

function environmentFrom(page: Page, { envFrom }: Container): void {
  if (!envFrom?.length) return;
  page.line(2, "Environment Variables from:");
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const from = configMapRef ? "ConfigMap" : secretRef ? "Secret" : "";
    const ref = configMapRef ?? secretRef;
    const how = prefix ? `${from} with prefix '${prefix}'` : from;
    page.line(3, `${ref?.name ?? ""}\t${how}\tOptional: ${ref?.optional ?? false}`);
  }
}

function environment(page: Page, container: Container, pod: Pod | undefined): void {
  page.line(2, `Environment:${container.env?.length ? "" : "\t<none>"}`);
  for (const variable of container.env ?? []) {
    if (variable.valueFrom) {
      const text = referenceText(variable, container, pod);
      if (text !== undefined) page.line(3, `${variable.name}:\t${text}`);
      continue;
    }
    const [first = "", ...others] = (variable.value ?? "").split("\n");
    page.line(3, `${variable.name}:\t${first}`);
    for (const line of others) page.line(3, `\t${line}`);
  }
}

function referenceText({ valueFrom }: EnvVar, container: Container, pod: Pod | undefined): string | undefined {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (fieldRef)
    return `${pod ? fieldText(pod, fieldRef.fieldPath) : ""} (${fieldRef.apiVersion ?? "v1"}:${fieldRef.fieldPath})`;
  if (resourceFieldRef) {
    const [kind, name = ""] = resourceFieldRef.resource.split(".");
    const list = kind === "limits" ? container.resources?.limits : container.resources?.requests;
    const value = list?.[name] ?? "0";
    const shown = value === "0" && kind === "limits" ? "node allocatable" : value;
    return `${shown} (${resourceFieldRef.resource})`;
  }
  if (secretKeyRef)
    return `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ""}'>\tOptional: ${secretKeyRef.optional ?? false}`;
  if (configMapKeyRef)
    return `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ""}'>\tOptional: ${configMapKeyRef.optional ?? false}`;
  return undefined;
}

/** `metadata.name`, `metadata.labels['app']`, `status.podIP`. */
function fieldText(pod: Pod, path: string): string {
  const [, field, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (field && key !== undefined) return pod.metadata[field as "labels" | "annotations"]?.[key] ?? "";
  const found = path
    .split(".")
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], pod);
  return found === undefined || found === null ? "" : String(found);
}

function mounts(page: Page, { volumeMounts, volumeDevices }: Container): void {
  page.line(2, `Mounts:${volumeMounts?.length ? "" : "\t<none>"}`);
  const byPath = (volumeMounts ?? []).toSorted((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  for (const { mountPath, name, readOnly, subPath } of byPath) {
    const flags = [readOnly ? "ro" : "rw", ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])];
    page.line(3, `${mountPath} from ${name} (${flags.join(",")})`);
  }
  if (!volumeDevices?.length) return;
  page.line(2, `Devices:${volumeMounts?.length ? "" : "\t<none>"}`);
  for (const { devicePath, name } of volumeDevices.toSorted((a, b) => (a.devicePath < b.devicePath ? -1 : 1)))
    page.line(3, `${devicePath} from ${name}`);
}
