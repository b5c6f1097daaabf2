/** What is written into volumes that are made from the API: config maps, secrets, the downward API, tokens. */
import type * as core from "../../api/generated/core-v1.ts";
import type { Client, Shared } from "../../client/client.ts";
import { configMaps, secrets } from "../../client/kinds.ts";
import { unlessMissing } from "../container/environment.ts";
import { fieldValue, type PodFacts, resourceValue } from "../container/field-reference.ts";
import type { VolumeFile } from "./atomic-writer.ts";
import type { Tokens } from "./tokens.ts";

export type Volume = Shared<core.Volume>;
type Items = Shared<core.KeyToPath>[] | readonly Shared<core.KeyToPath>[] | undefined;

export interface PayloadSources {
  readonly client: Client;
  readonly facts: PodFacts;
  readonly tokens: Tokens;
}

const encoder = new TextEncoder();
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const defaultFileMode = 0o644;

/** The files of a volume that is made from the API; undefined for other volumes. Throws Error with a text for people. */
export async function payloadOf(volume: Volume, sources: PayloadSources): Promise<Map<string, VolumeFile> | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume;
  const payload = new Map<string, VolumeFile>();
  if (configMap) await addConfigMap(payload, configMap, configMap.defaultMode, sources);
  else if (secret) await addSecret(payload, { ...secret, name: secret.secretName }, secret.defaultMode, sources);
  else if (downwardAPI) addDownward(payload, downwardAPI.items, downwardAPI.defaultMode, sources);
  else if (projected) await addProjected(payload, projected, sources);
  else return undefined;
  return payload;
}

interface Source {
  readonly name?: string | undefined;
  readonly items?: Items;
  readonly optional?: boolean | undefined;
}

async function addConfigMap(
  into: Map<string, VolumeFile>,
  { name = "", items, optional }: Source,
  mode: number | undefined,
  { client, facts }: PayloadSources,
): Promise<void> {
  const target = { namespace: facts.pod.metadata.namespace, name };
  const found = await unlessMissing(client.get(configMaps, target), optional, "configmap", name);
  const data = new Map<string, Uint8Array>();
  for (const [key, value] of Object.entries(found?.data ?? {})) data.set(key, encoder.encode(value));
  for (const [key, value] of Object.entries(found?.binaryData ?? {})) data.set(key, fromBase64(value));
  addKeys(into, data, items, mode, optional, (key) => `configmap references non-existent config key: ${key}`);
}

async function addSecret(
  into: Map<string, VolumeFile>,
  { name = "", items, optional }: Source,
  mode: number | undefined,
  { client, facts }: PayloadSources,
): Promise<void> {
  const target = { namespace: facts.pod.metadata.namespace, name };
  const found = await unlessMissing(client.get(secrets, target), optional, "secret", name);
  const data = new Map(Object.entries(found?.data ?? {}).map(([key, value]) => [key, fromBase64(value)]));
  addKeys(into, data, items, mode, optional, (key) => `references non-existent secret key: ${key}`);
}

function addKeys(
  into: Map<string, VolumeFile>,
  data: ReadonlyMap<string, Uint8Array>,
  items: Items,
  mode = defaultFileMode,
  optional: boolean | undefined,
  missing: (key: string) => string,
): void {
  if (!items?.length) {
    for (const [key, value] of data) into.set(key, { data: value, mode });
    return;
  }
  for (const { key, path, mode: own } of items) {
    const value = data.get(key);
    if (value) into.set(path, { data: value, mode: own ?? mode });
    else if (!optional) throw new Error(missing(key));
  }
}

function addDownward(
  into: Map<string, VolumeFile>,
  items: readonly Shared<core.DownwardAPIVolumeFile>[] | undefined,
  mode = defaultFileMode,
  { facts }: PayloadSources,
): void {
  for (const { path, fieldRef, resourceFieldRef, mode: own } of items ?? []) {
    const value = ((): string => {
      if (resourceFieldRef) return resourceValue(resourceFieldRef, facts, undefined);
      const found = fieldValue(fieldRef?.fieldPath ?? "", facts);
      if (found === undefined) throw new Error(`unsupported fieldPath: ${fieldRef?.fieldPath}`);
      return found;
    })();
    into.set(path, { data: encoder.encode(value), mode: own ?? mode });
  }
}

async function addProjected(
  into: Map<string, VolumeFile>,
  { sources = [], defaultMode }: Shared<core.ProjectedVolumeSource>,
  from: PayloadSources,
): Promise<void> {
  const faults: string[] = [];
  for (const { configMap, secret, downwardAPI, serviceAccountToken } of sources ?? []) {
    try {
      if (configMap) await addConfigMap(into, configMap, defaultMode, from);
      if (secret) await addSecret(into, secret, defaultMode, from);
      if (downwardAPI) addDownward(into, downwardAPI.items, defaultMode, from);
      if (serviceAccountToken)
        into.set(serviceAccountToken.path, await tokenFile(serviceAccountToken, defaultMode, from));
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (faults.length === 1) throw new Error(faults[0]);
  if (faults.length) throw new Error(`[${faults.join(", ")}]`);
}

/** A token is for one user alone, where all containers are the same. */
async function tokenFile(
  source: Shared<core.ServiceAccountTokenProjection>,
  mode = defaultFileMode,
  { facts, tokens }: PayloadSources,
): Promise<VolumeFile> {
  const { pod } = facts;
  const token = await tokens.get(pod, source);
  const users = new Set(
    (pod.spec.containers ?? []).map((c) => c.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser),
  );
  const [user] = users;
  const one = users.size === 1 && user !== undefined;
  const grouped = pod.spec.securityContext?.fsGroup !== undefined;
  const restricted = one || grouped ? 0o600 : mode;
  return { data: encoder.encode(token), mode: restricted, ...(one && { user }) };
}
