/** The environment of a container: what its pod says, and the services it can reach (kubelet's `makeEnvironmentVariables`). */
import { ApiError } from "../../api/errors.ts";
import type { Client } from "../../client/client.ts";
import { configMaps, type Pod, type Service, secrets } from "../../client/kinds.ts";
import type { Container } from "../pod/spec.ts";
import { expand } from "./expansion.ts";
import { fieldValue, type PodFacts, resourceValue } from "./field-reference.ts";

export interface EnvironmentSources {
  readonly client: Client;
  readonly facts: PodFacts;
  /** Of the pod's namespace, and `kubernetes` of the default one. */
  readonly services: readonly Service[];
}

/** Name and value, in the order in which they are given to the container. Throws Error with a text for people. */
export async function environment(container: Container, sources: EnvironmentSources): Promise<Map<string, string>> {
  const given = new Map<string, string>();
  await fromSources(container, sources, given);
  const service = serviceEnvironment(sources.services, sources.facts.pod);
  const known = (name: string): string | undefined => given.get(name) ?? service.get(name);
  for (const { name, value, valueFrom } of container.env ?? []) {
    const made = valueFrom ? await fromReference(valueFrom, container, sources) : expand(value ?? "", known);
    if (made !== undefined) given.set(name, made);
  }
  for (const [name, value] of service) if (!given.has(name)) given.set(name, value);
  return given;
}

async function fromSources(
  container: Container,
  { client, facts }: EnvironmentSources,
  into: Map<string, string>,
): Promise<void> {
  const { namespace } = facts.pod.metadata;
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef) {
      const target = { namespace, name: configMapRef.name ?? "" };
      const found = await unlessMissing(
        client.get(configMaps, target),
        configMapRef.optional,
        "configmap",
        target.name,
      );
      for (const [key, value] of sorted(found?.data)) into.set(prefix + key, value);
    }
    if (secretRef) {
      const target = { namespace, name: secretRef.name ?? "" };
      const found = await unlessMissing(client.get(secrets, target), secretRef.optional, "secret", target.name);
      for (const [key, value] of sorted(found?.data)) into.set(prefix + key, decode(value));
    }
  }
}

type ValueFrom = NonNullable<NonNullable<Container["env"]>[number]["valueFrom"]>;

async function fromReference(
  { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: ValueFrom,
  container: Container,
  { client, facts }: EnvironmentSources,
): Promise<string | undefined> {
  const { namespace } = facts.pod.metadata;
  if (fieldRef) {
    const value = fieldValue(fieldRef.fieldPath, facts);
    if (value === undefined) throw new Error(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return value;
  }
  if (resourceFieldRef) return resourceValue(resourceFieldRef, facts, container);
  if (configMapKeyRef) {
    const { name = "", key, optional } = configMapKeyRef;
    const found = await unlessMissing(client.get(configMaps, { namespace, name }), optional, "configmap", name);
    if (!found) return undefined;
    const value = found.data?.[key];
    if (value === undefined && !optional) throw new Error(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    return value;
  }
  if (secretKeyRef) {
    const { name = "", key, optional } = secretKeyRef;
    const found = await unlessMissing(client.get(secrets, { namespace, name }), optional, "secret", name);
    if (!found) return undefined;
    const value = found.data?.[key];
    if (value === undefined && !optional) throw new Error(`couldn't find key ${key} in Secret ${namespace}/${name}`);
    return value === undefined ? undefined : decode(value);
  }
  return undefined;
}

/** What was asked for; undefined if it is missing and may be. Throws in the words of a kubelet. */
export async function unlessMissing<T>(
  asked: Promise<T>,
  optional: boolean | undefined,
  kind: "configmap" | "secret",
  name: string,
): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    if (optional) return undefined;
    throw new Error(`${kind} "${name}" not found`, { cause: error });
  }
}

const sorted = (data: Readonly<Record<string, string>> | undefined): [string, string][] =>
  Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

const decode = (base64: string): string => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
};

/** The variables of Docker's old links (https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables). */
export function serviceEnvironment(services: readonly Service[], pod: Pod): Map<string, string> {
  const made = new Map<string, string>();
  const links = pod.spec.enableServiceLinks ?? true;
  for (const { metadata, spec } of services) {
    const isMaster = metadata.namespace === "default" && metadata.name === "kubernetes";
    const here = metadata.namespace === pod.metadata.namespace && links;
    const ip = spec.clusterIP;
    if ((!isMaster && !here) || !ip || ip === "None") continue;
    const name = (metadata.name ?? "").toUpperCase().replace(/-/g, "_");
    const ports = spec.ports ?? [];
    made.set(`${name}_SERVICE_HOST`, ip);
    made.set(`${name}_SERVICE_PORT`, String(ports[0]?.port ?? 0));
    for (const port of ports) {
      if (port.name) made.set(`${name}_SERVICE_PORT_${port.name.toUpperCase().replace(/-/g, "_")}`, String(port.port));
    }
    const host = ip.includes(":") ? `[${ip}]` : ip;
    for (const [i, { port, protocol = "TCP" }] of ports.entries()) {
      const lower = protocol.toLowerCase();
      const prefix = `${name}_PORT_${port}_${protocol}`;
      if (i === 0) made.set(`${name}_PORT`, `${lower}://${host}:${port}`);
      made.set(prefix, `${lower}://${host}:${port}`);
      made.set(`${prefix}_PROTO`, lower);
      made.set(`${prefix}_PORT`, String(port));
      made.set(`${prefix}_ADDR`, ip);
    }
  }
  return made;
}
