/** Programs that tell about the machine and whoever uses it. */
import { absolute, type Invocation, type Program, ProgramError, untilAborted, type World } from "../process.ts";
import { killedCode } from "../signals.ts";
import { diskBytes, groupName, humanBytes, idOf, userName } from "./attributes.ts";
import { formatTime } from "./date.ts";
import { fromLines, linesOf } from "./inputs.ts";
import { readOptions } from "./options.ts";

const hostname: Program = async ({ hostname: name, ip, files }, io) => {
  const { has } = readOptions(io.args, "ifsd");
  const hosts = files.find("/etc/hosts") ? files.text("/etc/hosts") : "";
  const whole = linesOf(hosts)
    .map((line) => line.trim().split(/\s+/))
    .find((words) => words.slice(1).includes(name));
  const full = whole?.[1] ?? name;
  const shown = has("i")
    ? ip
    : has("f")
      ? full
      : has("d")
        ? full.split(".").slice(1).join(".")
        : has("s")
          ? (name.split(".")[0] as string)
          : name;
  await io.stdout(`${shown}\n`);
  return 0;
};

const id: Program = async ({ files, identity }, io) => {
  const { has, words } = readOptions(io.args, "ugnGr");
  const other = words[0] === undefined ? undefined : idOf(files, "passwd", words[0]);
  if (words[0] !== undefined && other === undefined) throw new ProgramError(`unknown user ${words[0]}`);
  const user = other ?? identity.user;
  const { group } = identity;
  const all = [...identity.groups, group].sort((a, b) => a - b);
  const named = (number: number, name: string | undefined): string =>
    name === undefined ? String(number) : `${number}(${name})`;
  const bare = (number: number, name: string | undefined): string =>
    has("n") ? (name ?? String(number)) : String(number);
  if (has("u")) await io.stdout(`${bare(user, userName(files, user))}\n`);
  else if (has("g")) await io.stdout(`${bare(group, groupName(files, group))}\n`);
  else if (has("G")) await io.stdout(`${all.map((one) => bare(one, groupName(files, one))).join(" ")}\n`);
  else
    await io.stdout(
      `uid=${named(user, userName(files, user))} gid=${named(group, groupName(files, group))} groups=${all.map((one) => named(one, groupName(files, one))).join(",")}\n`,
    );
  return 0;
};

const uname: Program = async ({ hostname: name, machine }, io) => {
  const { has } = readOptions(io.args, "asnrvmpio");
  const parts = [
    ["s", "Linux"],
    ["n", name],
    ["r", machine.kernel],
    ["v", "#1 SMP simulated"],
    ["m", "x86_64"],
    ["o", "GNU/Linux"],
  ] as const;
  const shown = parts.filter(([letter]) => has("a") || has(letter)).map(([, text]) => text);
  await io.stdout(`${(shown.length ? shown : ["Linux"]).join(" ")}\n`);
  return 0;
};

const free: Program = async ({ machine }, io) => {
  const { has } = readOptions(io.args, "bkmghtw");
  const unit = has("b") ? 1 : has("m") ? 2 ** 20 : has("g") ? 2 ** 30 : 1024;
  const total = machine.memoryBytes;
  const used = Math.round(total * 0.2);
  const shown = (bytes: number): string =>
    (has("h") ? humanBytes(bytes) : String(Math.floor(bytes / unit))).padStart(12);
  const head = ["total", "used", "free", "shared", "buff/cache", "available"].map((word) => word.padStart(12)).join("");
  const cache = Math.round(total * 0.3);
  await io.stdout(
    `       ${head.slice(1)}\nMem:   ${[total, used, total - used - cache, 2 ** 22, cache, total - used].map(shown).join("").slice(1)}\nSwap:  ${[0, 0, 0].map(shown).join("").slice(1)}\n`,
  );
  return 0;
};

const uptime: Program = async ({ clock, machine }, io) => {
  const now = clock.now();
  const minutes = Math.floor((now - machine.since) / 60_000);
  const days = Math.floor(minutes / 1440);
  const time = minutes % 1440;
  const up = `${days ? `${days} day${days > 1 ? "s" : ""}, ` : ""}${time < 60 ? `${time} min` : `${String(Math.floor(time / 60)).padStart(2)}:${String(time % 60).padStart(2, "0")}`}`;
  await io.stdout(` ${formatTime(now, "%H:%M:%S")} up ${up},  0 users,  load average: 0.10, 0.08, 0.05\n`);
  return 0;
};

interface Disk {
  readonly source: string;
  readonly size: number;
  readonly used: number;
  readonly path: string;
  readonly type: string;
}

function diskOf({ files, machine }: World, path: string): Disk {
  const mount = files.mountOf(path);
  const isMemory = mount.type === "tmpfs";
  const size = isMemory ? (mount.size ?? machine.memoryBytes) : machine.diskBytes;
  return { ...mount, size, used: isMemory || mount.path !== "/" ? diskBytes(mount.root) : Math.round(size * 0.1) };
}

const df: Program = async (world, io) => {
  const { words, has } = readOptions(io.args, "PhkmTai");
  const paths = words.length
    ? words.map((word) => absolute(word, io.cwd))
    : [...world.files.mounts.values()]
        .filter(({ type }) => type !== "proc" && type !== "cgroup2")
        .map(({ path }) => path);
  const unit = has("m") ? 2 ** 20 : 1024;
  const shown = (bytes: number): string => (has("h") ? humanBytes(bytes) : String(Math.ceil(bytes / unit)));
  const title = has("h") ? "Size" : has("m") ? "1M-blocks" : has("P") ? "1024-blocks" : "1K-blocks";
  const type = has("T");
  const lines = [
    `Filesystem           ${type ? "Type       " : ""}${title.padStart(has("h") ? 9 : 9)} ${"Used".padStart(9)} ${"Available".padStart(9)} ${has("P") ? "Capacity" : "Use%"} Mounted on`,
  ];
  let failed = 0;
  for (const path of paths) {
    if (!world.files.find(path)) {
      void io.stderr(`df: ${path}: No such file or directory\n`);
      failed = 1;
      continue;
    }
    const disk = diskOf(world, path);
    const percent = Math.ceil((disk.used / disk.size) * 100);
    lines.push(
      `${disk.source.padEnd(20)} ${type ? `${disk.type.padEnd(10)} ` : ""}${shown(disk.size).padStart(9)} ${shown(disk.used).padStart(9)} ${shown(disk.size - disk.used).padStart(9)} ${String(percent).padStart(has("P") ? 7 : 3)}% ${disk.path}`,
    );
  }
  await io.stdout(fromLines(lines));
  return failed;
};

const du: Program = async ({ files }, io) => {
  const { words, has, value } = readOptions(io.args, "shkmacbd:", { "max-depth": "d" });
  const most = has("s") ? 0 : Number(value("d") ?? Number.POSITIVE_INFINITY);
  const shown = (bytes: number): string =>
    has("h") ? humanBytes(bytes) : String(Math.ceil(bytes / (has("m") ? 2 ** 20 : 1024)));
  let failed = 0;
  const visit = async (path: string, name: string, depth: number): Promise<void> => {
    const node = files.lstat(path);
    if (node.kind === "directory")
      for (const entry of files.list(path))
        await visit(`${path}/${entry}`, `${name.replace(/\/$/, "")}/${entry}`, depth + 1);
    if (depth <= most && (node.kind === "directory" || has("a") || depth === 0))
      await io.stdout(`${shown(diskBytes(node))}\t${name}\n`);
  };
  for (const name of words.length ? words : ["."]) {
    try {
      await visit(absolute(name, io.cwd), name, 0);
    } catch (error) {
      void io.stderr(`du: ${name}: ${error instanceof Error ? error.message : error}\n`);
      failed = 1;
    }
  }
  return failed;
};

const mount: Program = async ({ files, identity }, io) => {
  if (io.args.length > 1)
    throw new ProgramError(
      (identity.bounding >> 21n) & 1n ? "mounting failed: Invalid argument" : "permission denied (are you root?)",
    );
  await io.stdout(
    fromLines(
      [...files.mounts.values()].map(
        ({ source, path, type, options }) => `${source} on ${path} type ${type} (${options})`,
      ),
    ),
  );
  return 0;
};

const stress: Program = async (world, io) => {
  const { value, words } = readOptions(
    io.args.map((arg) => arg.replace(/^-(?=[a-z]{3})/, "--")),
    "c:m:b:t:k:i:d:v",
    {
      cpu: "c",
      cpus: "c",
      vm: "m",
      "vm-bytes": "b",
      timeout: "t",
      "vm-keep": "k",
      "vm-hang": "k",
      io: "i",
      hdd: "d",
      "mem-total": "b",
      "mem-alloc-size": "k",
      "mem-alloc-sleep": "k",
      verbose: "v",
    },
  );
  if (words.length) throw new ProgramError(`unrecognized option: ${words[0]}`);
  const size = /^(\d+)([KMG]?)i?$/i.exec(value("b") ?? "0");
  const bytes = Number(size?.[1] ?? 0) * 1024 ** " KMG".indexOf((size?.[2] ?? " ").toUpperCase() || " ");
  const total = bytes * Number(value("m") ?? 1);
  await io.stdout(
    `stress: info: [1] dispatching hogs: ${value("c") ?? 0} cpu, ${value("i") ?? 0} io, ${value("m") ?? 0} vm, 0 hdd\n`,
  );
  world.load.useCpus(Number(value("c") ?? 0) + Number(value("m") ?? 0));
  if (total > (world.machine.memoryLimit ?? world.machine.memoryBytes)) world.exhaustMemory();
  else world.load.memoryBytes += total;
  const over = value("t") === undefined ? undefined : Number.parseInt(value("t") as string, 10);
  const ended = untilAborted(io.signal);
  if (over === undefined) await ended;
  else await Promise.race([ended, new Promise<void>((resolve) => world.clock.after(over * 1000, resolve))]);
  return io.signal.aborted ? killedCode : 0;
};

const says =
  (text: (world: World, io: Invocation) => string): Program =>
  async (world, io) => {
    await io.stdout(text(world, io));
    return 0;
  };

export const system: Readonly<Record<string, Program>> = {
  ...{ hostname, id, uname, free, uptime, df, du, mount, stress },
  umount: () => {
    throw new ProgramError("can't unmount: Operation not permitted");
  },
  nproc: says(({ machine }) => `${machine.cpus}\n`),
  arch: says(() => "x86_64\n"),
  whoami: says(({ files, identity }) => `${userName(files, identity.user) ?? identity.user}\n`),
  groups: says(
    ({ files, identity }) =>
      `${[identity.group, ...identity.groups].map((one) => groupName(files, one) ?? one).join(" ")}\n`,
  ),
  ...{ sync: () => 0, who: () => 0, users: () => 0, dmesg: () => 0, logger: () => 0, su: () => 1 },
};
