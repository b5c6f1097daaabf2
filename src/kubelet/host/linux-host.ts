/** This machine as the host of a kubelet. */

import { randomUUID } from "node:crypto";
import { readFile, statfs } from "node:fs/promises";
import os from "node:os";
import type { Clock } from "../../base/clock.ts";
import type { Host, MachineFacts } from "../host.ts";
import { linuxDialer } from "./linux-dialer.ts";
import { linuxFiles } from "./linux-files.ts";

export interface LinuxHostOptions {
  readonly root: string;
  readonly logRoot: string;
  readonly clock: Clock;
  /** What of the machine's memory and processors the node says it has; default all. */
  readonly memoryBytes?: number;
  readonly cpus?: number;
}

const textOf = (file: string): Promise<string> =>
  readFile(file, "utf8").then(
    (text) => text.trim(),
    () => "",
  );

export function linuxHost({ root, logRoot, clock, ...share }: LinuxHostOptions): Host {
  let known: Promise<MachineFacts> | undefined;
  return {
    files: linuxFiles,
    dialer: linuxDialer(clock),
    root,
    logRoot,
    facts: () => {
      known ??= machineFacts(root, share);
      return known;
    },
    async resolver() {
      const lines = (await textOf("/etc/resolv.conf")).split("\n").map((line) => line.trim().split(/\s+/));
      const of = (word: string): string[] => lines.filter(([first]) => first === word).flatMap(([, ...rest]) => rest);
      return { servers: of("nameserver"), searches: of("search"), options: of("options") };
    },
  };
}

async function machineFacts(root: string, share: { memoryBytes?: number; cpus?: number }): Promise<MachineFacts> {
  const [machineId, bootId, release, disk, systemUuid] = await Promise.all([
    textOf("/etc/machine-id"),
    textOf("/proc/sys/kernel/random/boot_id"),
    textOf("/etc/os-release"),
    statfs(root).catch(() => statfs("/")),
    textOf("/sys/class/dmi/id/product_uuid"),
  ]);
  return {
    cpus: share.cpus ?? os.cpus().length,
    memoryBytes: share.memoryBytes ?? os.totalmem(),
    diskBytes: disk.blocks * disk.bsize,
    machineId: machineId || randomUUID().replace(/-/g, ""),
    systemUuid: systemUuid || randomUUID(),
    bootId,
    kernelVersion: os.release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? "Linux",
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    swapBytes: 0,
  };
}
