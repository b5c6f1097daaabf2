/** What is mounted into a container: its volumes, `/etc/hosts`, the file for its last words. */
import { nameSuffix, type Random } from "../../base/random.ts";
import type { Pod } from "../../client/kinds.ts";
import type { Files, Host } from "../host.ts";
import type { Container } from "../pod/spec.ts";
import type { Mount } from "../runtimes/contract.ts";
import { podDirectory } from "../volumes/volumes.ts";
import { expandStrictly } from "./expansion.ts";
import { hostsFile } from "./hosts-file.ts";

export interface MountInputs {
  readonly host: Host;
  readonly random: Random;
  readonly pod: Pod;
  readonly container: Container;
  /** Paths on the node, by volume. */
  readonly volumes: ReadonlyMap<string, string>;
  readonly environment: ReadonlyMap<string, string>;
  readonly podIP: string;
  readonly clusterDomain: string;
  readonly nodeName: string;
}

const propagation = { HostToContainer: "hostToContainer", Bidirectional: "bidirectional", None: "private" } as const;

/** Throws Error with a text for people. */
export async function containerMounts(inputs: MountInputs): Promise<Mount[]> {
  const { container, pod, host, volumes } = inputs;
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const root = volumes.get(mount.name);
    if (root === undefined)
      throw new Error(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    mounts.push({
      hostPath: await below(host.files, root, mount, inputs.environment),
      containerPath: mount.mountPath.startsWith("/") ? mount.mountPath : `/${mount.mountPath}`,
      readOnly: mount.readOnly ?? false,
      propagation: propagation[(mount.mountPropagation ?? "None") as keyof typeof propagation] ?? "private",
    });
  }
  const directory = podDirectory(host, pod.metadata.uid ?? "");
  if (inputs.podIP && !mounts.some((m) => m.containerPath === "/etc/hosts")) {
    mounts.push(await hostsMount(`${directory}/etc-hosts`, inputs));
  }
  if (container.terminationMessagePath) {
    const hostPath = `${directory}/containers/${container.name}/${nameSuffix(inputs.random, 8)}`;
    await host.files.writeFile(hostPath, new Uint8Array(), { mode: 0o666 });
    const containerPath = container.terminationMessagePath;
    mounts.push({ hostPath, containerPath, readOnly: false, propagation: "private" });
  }
  return mounts;
}

type VolumeMount = NonNullable<Container["volumeMounts"]>[number];

async function below(
  files: Files,
  root: string,
  { subPath, subPathExpr }: VolumeMount,
  environment: ReadonlyMap<string, string>,
): Promise<string> {
  const relative = subPathExpr ? expandStrictly(subPathExpr, (name) => environment.get(name)) : subPath;
  if (!relative) return root;
  if (relative.startsWith("/")) throw new Error("subPath must not be an absolute path");
  if (relative.split("/").includes(".."))
    throw new Error(`unable to provision SubPath \`${relative}\`: must not contain '..'`);
  return files.resolveInside(root, relative);
}

async function hostsMount(path: string, { host, pod, podIP, clusterDomain, nodeName }: MountInputs): Promise<Mount> {
  const text = hostsFile(pod, podIP, clusterDomain, nodeName);
  await host.files.writeFile(path, new TextEncoder().encode(text), { mode: 0o644 });
  return { hostPath: path, containerPath: "/etc/hosts", readOnly: false, propagation: "private" };
}
