/**
 * Keeps the logs of containers small: a log that has grown too large is moved aside, the runtime begins a new one, and of
 * the old ones some are kept, compressed (https://kubernetes.io/docs/concepts/cluster-administration/logging/#log-rotation).
 */
import type { Clock } from "../../base/clock.ts";
import type { Files } from "../host.ts";
import type { ContainerStatus, Runtime } from "../runtimes/contract.ts";

export interface LogRotation {
  readonly files: Files;
  readonly runtime: Pick<Runtime, "reopenLog">;
  readonly clock: Clock;
  /** Kubelet's `containerLogMaxSize`, in bytes. */
  readonly largestBytes: number;
  /** Kubelet's `containerLogMaxFiles`, the one that is written to among them; at least 2. */
  readonly mostFiles: number;
}

export const usualRotation = { largestBytes: 10 * 1024 * 1024, mostFiles: 5 };

/** Rotates the container's log if it has grown too large. */
export async function rotateLog(
  rotation: LogRotation,
  { id, logPath }: Pick<ContainerStatus, "id" | "logPath">,
): Promise<void> {
  const { files, runtime, clock, largestBytes, mostFiles } = rotation;
  if (((await files.size(logPath)) ?? 0) < largestBytes) return;
  const [, folder = "", name = ""] = /^(.*)\/([^/]*)$/.exec(logPath) ?? [];
  const old = (await files.list(folder)).filter((file) => file.startsWith(`${name}.`)).sort();
  // beside those that stay there will be the one that is moved aside now, and the new one
  const stay = old.slice(Math.max(0, old.length - (mostFiles - 2)));
  for (const file of old) if (!stay.includes(file)) await files.removeTree(`${folder}/${file}`);
  for (const file of stay) if (!file.endsWith(".gz")) await compress(files, `${folder}/${file}`);
  const aside = `${logPath}.${stamp(clock.now())}`;
  await files.rename(logPath, aside);
  try {
    await runtime.reopenLog(id);
  } catch (error) {
    await files.rename(aside, logPath);
    throw error;
  }
}

/** `20260131-235959`, so that names sort as times do. */
const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");

async function compress(files: Files, path: string): Promise<void> {
  const data = await files.readFile(path);
  if (!data) return;
  const stream = new Blob([Uint8Array.from(data)]).stream().pipeThrough(new CompressionStream("gzip"));
  await files.writeFile(`${path}.gz`, new Uint8Array(await new Response(stream).arrayBuffer()));
  await files.removeTree(path);
}
