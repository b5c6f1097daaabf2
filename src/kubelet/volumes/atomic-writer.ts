/**
 * Files of a volume that change all at once: they lie in a folder of their own, `..data` points to it, and every name that
 * a container sees points into `..data` (kubelet's AtomicWriter; what applications that watch `..data` rely on).
 */
import type { Random } from "../../base/random.ts";
import { below } from "../../base/random.ts";
import type { FileOptions, Files } from "../host.ts";

export interface VolumeFile extends FileOptions {
  readonly data: Uint8Array;
}
/** By path below the volume. */
export type Payload = ReadonlyMap<string, VolumeFile>;

const dataLink = "..data";

/** Makes the volume's files these, and no others. */
export async function writeAtomically(
  files: Files,
  directory: string,
  payload: Payload,
  { now, random, group }: { readonly now: number; readonly random: Random; readonly group: number | undefined },
): Promise<void> {
  const before = await files.list(directory);
  const stamp = `..${new Date(now).toISOString().slice(0, 19).replace(/[-T:]/g, "_")}.${below(random, 1e9)}`;
  const folder = `${directory}/${stamp}`;
  await files.makeDirectory(folder, { mode: 0o755, ...(group !== undefined && { group }) });
  for (const [path, { data, ...options }] of payload) await files.writeFile(`${folder}/${path}`, data, options);
  await files.symlink(stamp, `${directory}/..data_tmp`);
  await files.rename(`${directory}/..data_tmp`, `${directory}/${dataLink}`);
  const names = new Set([...payload.keys()].map((path) => path.split("/")[0] as string));
  for (const name of names) {
    if (!before.includes(name)) await files.symlink(`${dataLink}/${name}`, `${directory}/${name}`);
  }
  for (const name of before) {
    if (name === dataLink || names.has(name)) continue;
    await files.removeTree(`${directory}/${name}`);
  }
}

export function samePayload(a: Payload | undefined, b: Payload): boolean {
  if (!a || a.size !== b.size) return false;
  for (const [path, file] of b) {
    const other = a.get(path);
    if (!other || other.mode !== file.mode || other.user !== file.user || other.group !== file.group) return false;
    if (other.data.length !== file.data.length || !other.data.every((byte, i) => byte === file.data[i])) return false;
  }
  return true;
}
