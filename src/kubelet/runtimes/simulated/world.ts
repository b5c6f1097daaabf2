/** Makes what the programs of a container see: files, network, processes. Nothing is made before it is asked for. */
import type { ContainerConfig } from "../contract.ts";
import { FileSpace, type MountPoint } from "./files/file-space.ts";
import { identityOf } from "./files/identity.ts";
import { allDevices, cgroupFolder, deviceFolder, procFolder } from "./files/kernel-files.ts";
import { file, folder } from "./files/node.ts";
import type { CatalogueImage } from "./images.ts";
import { Load } from "./load.ts";
import type { MachineOptions, PretendSandbox } from "./machine.ts";
import type { Mounted } from "./memory-files.ts";
import { findName, resolvConf } from "./names.ts";
import type { MachineView, Network, World } from "./process.ts";
import { Processes } from "./processes.ts";
import type { Output } from "./streams/input.ts";

export interface WorldParts {
  readonly sandbox: PretendSandbox;
  readonly config: ContainerConfig;
  readonly image: CatalogueImage;
  readonly options: MachineOptions;
  /** Of the container whose processes it shares, or of the pod. */
  readonly processes: Processes | undefined;
  readonly console: { readonly stdout: Output; readonly stderr: Output };
  readonly machine: Omit<MachineView, "memoryLimit">;
  readonly exhaustMemory: () => void;
  /** The number of the container's own first process. */
  readonly firstPid: () => number;
}

/** What a process that mostly waits takes. */
const idle = { cpus: 0.001, memoryBytes: 2 ** 20 };

export function makeWorld(parts: WorldParts): World {
  const { sandbox, config, image, options, console, exhaustMemory } = parts;
  const { clock } = options;
  // what is mounted is held by what it is, and not by its name
  const mounted = config.mounts.map((mount) => ({ ...mount, ...options.files.mounted(mount.hostPath) }));
  const identity = identityOf(config.security, {
    user: image.user?.uid ?? 0,
    group: image.user?.uid ?? 0,
    groups: image.groups,
  });
  let files: FileSpace | undefined;
  const world: World = {
    own: image.own,
    ...{ clock, console, exhaustMemory, hostname: sandbox.config.hostname, ip: sandbox.ip, version: image.version },
    identity,
    processes: parts.processes ?? new Processes(),
    load: new Load(() => clock.now(), idle),
    machine: { ...parts.machine, memoryLimit: config.resources.memoryLimit || undefined },
    get files() {
      files ??= makeFiles(world, parts, mounted);
      return files;
    },
    get writtenBytes() {
      return files?.written ?? 0;
    },
    network: makeNetwork(() => world.files, parts),
  };
  return world;
}

function makeNetwork(
  files: () => FileSpace,
  { sandbox: { ip, config }, options: { network, lookUp } }: WorldParts,
): Network {
  const at = (to: { ip: string; port: number }) => (/^127\./.test(to.ip) ? { ...to, ip } : to);
  return {
    ask: (to, request) => network.ask(at(to), { ...request, from: ip }),
    isOpen: (to) => network.isOpen(at(to), ip),
    isUp: (address) => /^127\./.test(address) || network.isUp(address),
    ports: () => network.portsOf(ip),
    listen: (port, server) => network.listen({ ip, port }, server),
    find: (name) =>
      name === "localhost"
        ? { name, addresses: ["127.0.0.1"] }
        : findName(name, { files: files(), dns: config.dns, lookUp }),
    nameServers: config.dns?.servers ?? [],
  };
}

const kernelMount = (
  path: string,
  type: string,
  root: MountPoint["root"],
  options = "rw,nosuid,nodev,noexec,relatime",
) => ({
  ...{ path, root, type, source: type === "cgroup2" ? "cgroup" : type, options, readOnly: options.startsWith("ro") },
});

type MountedVolume = ContainerConfig["mounts"][number] & Mounted;

function volumeMount({ containerPath, readOnly, node, memory }: MountedVolume, machineBytes: number): MountPoint {
  const base = { path: containerPath.replace(/(.)\/+$/, "$1"), root: node, readOnly };
  const access = readOnly ? "ro" : "rw";
  if (!memory) return { ...base, type: "ext4", source: "/dev/vda1", options: `${access},relatime` };
  const kib = Math.floor((memory.size ?? machineBytes) / 1024);
  return {
    ...base,
    type: "tmpfs",
    source: "tmpfs",
    options: `${access},relatime,size=${kib}k,inode64`,
    size: memory.size,
  };
}

function makeFiles(world: World, parts: WorldParts, mounted: readonly MountedVolume[]): FileSpace {
  const { config, sandbox, image, options } = parts;
  const { security } = config;
  const onDisk = { type: "ext4", source: "/dev/vda1", options: "rw,relatime", readOnly: false };
  const { dns, hostname } = sandbox.config;
  const mounts: MountPoint[] = [
    kernelMount("/proc", "proc", procFolder(world, parts.firstPid)),
    kernelMount("/dev", "tmpfs", security.privileged ? allDevices : deviceFolder, "rw,nosuid,size=65536k,mode=755"),
    {
      ...kernelMount("/dev/shm", "tmpfs", folder(0o1777), "rw,nosuid,nodev,noexec,relatime,size=65536k"),
      size: 2 ** 26,
    },
    kernelMount("/sys/fs/cgroup", "cgroup2", cgroupFolder(world, config.resources), "ro,nosuid,nodev,noexec,relatime"),
    { path: "/etc/hostname", root: file(`${hostname}\n`), ...onDisk },
    ...(dns ? [{ path: "/etc/resolv.conf", root: file(resolvConf(dns)), ...onDisk }] : []),
  ];
  const volumes = mounted.map((mount) => volumeMount(mount, world.machine.memoryBytes));
  const taken = new Set(volumes.map(({ path }) => path));
  return new FileSpace({
    root: image.root(),
    mounts: [...mounts.filter(({ path }) => !taken.has(path)), ...volumes],
    readOnly: security.readOnlyRootFilesystem ?? false,
    identity: world.identity,
    now: () => options.clock.now(),
  });
}
