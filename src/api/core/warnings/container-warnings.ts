/** What is odd about containers, though it is taken. */
import type { Container, ContainerPort, EnvVar, EphemeralContainer, PodSpec } from "../../generated/core-v1.ts";
import { milliValue } from "../../quantity.ts";
import { type Path, quoted } from "../../validation/field-error.ts";
import type { ResourceList } from "../pod-resources.ts";
import { eachContainer } from "../validation/each-container.ts";

/** Memory and storage come in whole bytes. */
export function warningsForFractions(list: ResourceList | undefined, path: Path, names: readonly string[]): string[] {
  return names
    .filter((name) => milliValue(list?.[name]) % 1000n !== 0n)
    .map(
      (name) => `${path.key(name)}: fractional byte value ${quoted(list?.[name] ?? "")} is invalid, must be an integer`,
    );
}

export function warningsForResources({ resources }: Container | EphemeralContainer, at: () => Path): string[] {
  if (!resources?.limits && !resources?.requests) return [];
  return ["memory", "ephemeral-storage"].flatMap((name) => [
    ...warningsForFractions(resources.limits, at().child("resources", "limits"), [name]),
    ...warningsForFractions(resources.requests, at().child("resources", "requests"), [name]),
  ]);
}

/** A later variable of the same name hides the earlier one, unless it builds on it. */
export function warningsForEnv(env: readonly EnvVar[] | undefined, at: () => Path): string[] {
  const seen = new Set<string>();
  return (env ?? []).flatMap(({ name, value = "", valueFrom }, i) => {
    const reference = `$(${name})`;
    const hides = seen.has(name) && (valueFrom !== undefined || value === reference || !value.includes(reference));
    seen.add(name);
    if (!hides) return [];
    return [
      `${at().child("env").index(i)}: hides previous definition of ${quoted(name)}, which may be dropped when using apply`,
    ];
  });
}

interface Seen {
  readonly port: ContainerPort;
  readonly at: Path;
}

/** Ports of all containers of a pod: they share its address. */
export function warningsForPorts(spec: PodSpec, path: Path): string[] {
  const warnings: string[] = [];
  const seen = new Map<string, Seen[]>();
  eachContainer(spec, path, ({ ports }, container) => {
    for (const [i, port] of (ports ?? []).entries()) {
      const at = container().child("ports").index(i);
      if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${goStruct(port)}`);
      const key = `${port.containerPort}/${port.protocol}`;
      const others = seen.get(key) ?? [];
      for (const other of others) {
        const how = conflict(port, other.port);
        if (how) warnings.push(`${at}: ${how} port definition with ${other.at}`);
      }
      seen.set(key, [...others, { port, at }]);
    }
  });
  return [...warnings, ...warningsForPortNames(spec, path)];
}

/** As Go prints it with `%+v`. */
const goStruct = ({ name = "", hostPort = 0, containerPort, protocol = "", hostIP = "" }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

function conflict(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ip, otherIp] = [a.hostIP ?? "", b.hostIP ?? ""];
  const [host, otherHost] = [a.hostPort ?? 0, b.hostPort ?? 0];
  if (ip === otherIp && host === otherHost) return "duplicate";
  if (!host || !otherHost) return "overlapping";
  return host === otherHost && (ip === "") !== (otherIp === "") ? "dangerously ambiguous" : undefined;
}

function warningsForPortNames(spec: PodSpec, path: Path): string[] {
  const warnings: string[] = [];
  const seen = new Map<string, Path>();
  eachContainer(spec, path, ({ ports }, container) => {
    for (const [i, { name }] of (ports ?? []).entries()) {
      if (!name) continue;
      const at = container().child("ports").index(i);
      const first = seen.get(name);
      if (!first) seen.set(name, at);
      else {
        const who = `services and probes that select ports by name will use ${first}`;
        warnings.push(`${at}: duplicate port name ${quoted(name)} with ${first}, ${who}`);
      }
    }
  });
  return warnings;
}
