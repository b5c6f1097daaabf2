/** The files that a kernel shows: /proc, /sys/fs/cgroup, /dev. */
import type { Resources } from "../../contract.ts";
import type { World } from "../process.ts";
import type { ProcessEntry } from "../processes.ts";
import { device, type FileNode, type FolderNode, file, folder, link, type Node, share } from "./node.ts";

const encoder = new TextEncoder();
const attributes = { user: 0, group: 0, changedAt: 0 };

/** A file whose text is made whenever it is read. */
const live = (text: () => string): FileNode => ({
  ...{ kind: "file", mode: 0o444, ...attributes },
  get data() {
    return encoder.encode(text());
  },
});
const liveFolder = (entries: () => Map<string, Node>): FolderNode => ({
  ...{ kind: "directory", mode: 0o555, ...attributes },
  get entries() {
    return entries();
  },
});
const tree = (entries: Readonly<Record<string, Node>>): FolderNode => folder(0o555, Object.entries(entries));
const hex = (bits: bigint): string => bits.toString(16).padStart(16, "0");

function statusText(world: World, { pid, parent, command }: ProcessEntry): string {
  const { identity, load, machine } = world;
  const four = (id: number): string => [id, id, id, id].join("\t");
  const rows = [
    ["Name", (command.split(" ")[0] ?? "").split("/").at(-1) ?? ""],
    ...[
      ["Umask", "0022"],
      ["State", "S (sleeping)"],
      ["Tgid", pid],
      ["Ngid", 0],
      ["Pid", pid],
      ["PPid", parent],
    ],
    ...[
      ["TracerPid", 0],
      ["Uid", four(identity.user)],
      ["Gid", four(identity.group)],
      ["FDSize", 64],
    ],
    ["Groups", `${[...identity.groups, identity.group].sort((a, b) => a - b).join(" ")} `],
    ...[
      ["VmSize", "    4400 kB"],
      ["VmRSS", `${String(Math.floor(load.memoryBytes / 1024)).padStart(8)} kB`],
      ["Threads", 1],
    ],
    ...[
      ["CapInh", hex(0n)],
      ["CapPrm", hex(identity.capabilities)],
      ["CapEff", hex(identity.capabilities)],
    ],
    ...[
      ["CapBnd", hex(identity.bounding)],
      ["CapAmb", hex(0n)],
      ["NoNewPrivs", identity.noNewPrivileges ? 1 : 0],
    ],
    ...[
      ["Seccomp", identity.filtersCalls ? 2 : 0],
      ["Seccomp_filters", identity.filtersCalls ? 1 : 0],
    ],
    ["Cpus_allowed_list", `0-${machine.cpus - 1}`],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

function processFolder(world: World, entry: ProcessEntry, isFirst: boolean): FolderNode {
  const [out, errors] = isFirst ? (["log", "errors"] as const) : (["stdout", "stderr"] as const);
  return tree({
    status: live(() => statusText(world, entry)),
    cmdline: live(() => `${entry.command.split(" ").join("\0")}\0`),
    comm: live(() => `${(entry.command.split(" ")[0] ?? "").split("/").at(-1)}\n`),
    mounts: live(() => mountsText(world)),
    limits: file(
      "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1048576              1048576              files     \n",
    ),
    cgroup: file("0::/\n"),
    fd: tree({ 0: device("stdin"), 1: device(out), 2: device(errors) }),
    root: link("/"),
    cwd: link("/"),
  });
}

export const mountsText = ({ files }: World): string =>
  [...files.mounts.values()]
    .map(({ source, path, type, options }) => `${source} ${path} ${type} ${options} 0 0\n`)
    .join("");

/** `firstPid`: of the container's own first process. */
export function procFolder(world: World, firstPid: () => number): FolderNode {
  const { machine, clock, hostname } = world;
  const kib = Math.floor(machine.memoryBytes / 1024);
  const fixed = new Map<string, Node>([
    ["mounts", link("self/mounts")],
    ["version", file(`Linux version ${machine.kernel} (simulated)\n`)],
    ["cmdline", file("BOOT_IMAGE=/simulated\n")],
    ["filesystems", file("nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n")],
    ["loadavg", file("0.10 0.08 0.05 1/100 1\n")],
    ["uptime", live(() => `${((clock.now() - machine.since) / 1000).toFixed(2)} 0.00\n`)],
    [
      "meminfo",
      file(
        `MemTotal:       ${String(kib).padStart(8)} kB\nMemFree:        ${String(Math.floor(kib / 2)).padStart(8)} kB\nMemAvailable:   ${String(Math.floor(kib * 0.8)).padStart(8)} kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n`,
      ),
    ],
    [
      "cpuinfo",
      live(() =>
        Array.from(
          { length: machine.cpus },
          (_, i) => `processor\t: ${i}\nmodel name\t: Simulated CPU\ncpu MHz\t\t: 2000.000\n\n`,
        ).join(""),
      ),
    ],
    [
      "sys",
      tree({
        kernel: tree({
          hostname: file(`${hostname}\n`),
          ostype: file("Linux\n"),
          osrelease: file(`${machine.kernel}\n`),
        }),
        net: tree({ ipv4: tree({ ip_forward: file("1\n") }) }),
      }),
    ],
  ]);
  return liveFolder(() => {
    const all = new Map(fixed);
    const entries = world.processes.list();
    for (const entry of entries) all.set(String(entry.pid), processFolder(world, entry, entry.pid === firstPid()));
    const own = world.processes.get(firstPid()) ?? entries[0];
    if (own) all.set("self", processFolder(world, own, false));
    return all;
  });
}

export function cgroupFolder(
  world: Pick<World, "load" | "machine">,
  { memoryLimit, cpuQuota, cpuPeriod = 100_000, cpuShares }: Resources,
): FolderNode {
  // shares become a weight as runc has it
  const weight = cpuShares ? Math.floor(1 + ((cpuShares - 2) * 9999) / 262_142) : 100;
  return tree({
    "memory.max": file(`${memoryLimit || "max"}\n`),
    "memory.current": live(() => `${world.load.memoryBytes}\n`),
    "cpu.max": file(`${cpuQuota && cpuQuota > 0 ? cpuQuota : "max"} ${cpuPeriod}\n`),
    "cpu.weight": file(`${Math.max(1, weight)}\n`),
    "pids.max": file("max\n"),
    "cgroup.controllers": file("cpuset cpu io memory pids\n"),
    "cpuset.cpus.effective": file(`0-${world.machine.cpus - 1}\n`),
  });
}

const devices: Readonly<Record<string, Node>> = {
  ...{
    null: device("null"),
    zero: device("zero"),
    full: device("full"),
    random: device("random"),
    urandom: device("random"),
  },
  ...{
    tty: device("stdout"),
    stdin: link("/proc/self/fd/0"),
    stdout: link("/proc/self/fd/1"),
    stderr: link("/proc/self/fd/2"),
  },
  ...{ fd: link("/proc/self/fd"), ptmx: device("null"), pts: folder(), mqueue: folder(0o1777) },
};
export const deviceFolder: FolderNode = share(folder(0o755, Object.entries(devices)));
/** A privileged container sees those of its machine. */
export const allDevices: FolderNode = share(
  folder(0o755, [
    ...Object.entries(devices),
    ...["kmsg", "mem", "fuse", "vda", "vda1", "loop0", "net"].map((name) => [name, device("null")] as const),
  ]),
);
