/**
 * The volumes of the pods of a node: made before a pod's containers, kept up to date, removed after them.
 * Promises: `mount` can be repeated at any time, and changes only what has changed.
 */
import { wholeValue } from "../../api/quantity.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Client } from "../../client/client.ts";
import type { Pod } from "../../client/kinds.ts";
import type { PodFacts } from "../container/field-reference.ts";
import type { Host } from "../host.ts";
import { type Payload, samePayload, type VolumeFile, writeAtomically } from "./atomic-writer.ts";
import { checkHostPath } from "./host-path.ts";
import { payloadOf, type Volume } from "./payload.ts";
import type { Tokens } from "./tokens.ts";

export interface VolumesOptions {
  readonly host: Host;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: Tokens;
}

/** A volume that could not be made: the text of its event. */
export class MountFailure extends Error {
  override readonly name = "MountFailure";
}

/** Where a pod's folder is. */
export const podDirectory = (host: Host, uid: string): string => `${host.root}/pods/${uid}`;

const plugin = (volume: Volume): string => {
  if (volume.emptyDir) return "empty-dir";
  if (volume.configMap) return "configmap";
  if (volume.secret) return "secret";
  if (volume.downwardAPI) return "downward-api";
  return "projected";
};

export class Volumes {
  readonly #options: VolumesOptions;
  /** What was last written, by pod and volume. */
  readonly #written = new Map<string, Map<string, Payload>>();

  constructor(options: VolumesOptions) {
    this.#options = options;
  }

  /** Makes all volumes of the pod; resolves to their paths by name. Throws MountFailure. */
  async mount(facts: PodFacts): Promise<ReadonlyMap<string, string>> {
    const paths = new Map<string, string>();
    for (const volume of facts.pod.spec.volumes ?? []) {
      try {
        paths.set(volume.name, await this.#mountOne(volume, facts));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new MountFailure(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`, { cause: error });
      }
    }
    return paths;
  }

  /** Whether anything in the pod's volumes follows the API. */
  follows(pod: Pod): boolean {
    return (pod.spec.volumes ?? []).some((v) => v.configMap || v.secret || v.downwardAPI || v.projected);
  }

  /** Removes all that was made for the pod. */
  async remove(uid: string): Promise<void> {
    const { host, tokens } = this.#options;
    this.#written.delete(uid);
    tokens.forget(uid);
    await host.files.removeTree(podDirectory(host, uid));
  }

  /** The folders of pods that are there, by uid: some may be left of an earlier life. */
  left(): Promise<readonly string[]> {
    const { host } = this.#options;
    return host.files.list(`${host.root}/pods`);
  }

  async #mountOne(volume: Volume, facts: PodFacts): Promise<string> {
    const { host } = this.#options;
    if (volume.hostPath) return checkHostPath(host.files, volume.hostPath);
    const uid = facts.pod.metadata.uid ?? "";
    const path = `${podDirectory(host, uid)}/volumes/kubernetes.io~${plugin(volume)}/${volume.name}`;
    if (volume.emptyDir) return this.#emptyDirectory(volume, path, facts.pod);
    const payload = await payloadOf(volume, { ...this.#options, facts });
    if (!payload) throw new Error(`no volume plugin matched`);
    await this.#write(volume, path, owned(payload, facts.pod), facts.pod);
    return path;
  }

  async #emptyDirectory(volume: Volume, path: string, pod: Pod): Promise<string> {
    const { files } = this.#options.host;
    if ((await files.kind(path)) === "directory") return path;
    const { medium, sizeLimit } = volume.emptyDir ?? {};
    const group = pod.spec.securityContext?.fsGroup;
    if (medium === "Memory") await files.mountMemory(path, sizeLimit ? Number(wholeValue(sizeLimit)) : undefined);
    await files.makeDirectory(path, {
      mode: group === undefined ? 0o777 : 0o2777,
      ...(group !== undefined && { group }),
    });
    return path;
  }

  async #write(volume: Volume, path: string, payload: Payload, pod: Pod): Promise<void> {
    const { host, clock, random } = this.#options;
    const uid = pod.metadata.uid ?? "";
    const written = this.#written.get(uid) ?? new Map<string, Payload>();
    this.#written.set(uid, written);
    if (samePayload(written.get(volume.name), payload)) return;
    const group = pod.spec.securityContext?.fsGroup;
    if ((await host.files.kind(path)) !== "directory") {
      // secrets and tokens never touch a disk
      if (!volume.configMap) await host.files.mountMemory(path, undefined);
      await host.files.makeDirectory(path, directoryOptions(volume.configMap ? 0o777 : 0o1777, group));
    }
    await writeAtomically(host.files, path, payload, { now: clock.now(), random, group });
    written.set(volume.name, payload);
  }
}

/** `fsGroup` owns the folder, and what is made in it. */
const directoryOptions = (mode: number, group: number | undefined): { mode: number; group?: number } =>
  group === undefined ? { mode } : { mode: mode | 0o2000, group };

/** `fsGroup` owns the files, and may read them. */
function owned(payload: ReadonlyMap<string, VolumeFile>, pod: Pod): Payload {
  const group = pod.spec.securityContext?.fsGroup;
  if (group === undefined) return payload;
  return new Map([...payload].map(([path, file]) => [path, { ...file, group, mode: (file.mode ?? 0o644) | 0o440 }]));
}
