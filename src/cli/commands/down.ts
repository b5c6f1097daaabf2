/** `cox down`: ends a cluster, and removes everything that it made on this machine. */
import { realClock, sleep } from "../../base/clock.ts";
import { ClusterDirectory } from "../../cluster/files/cluster-directory.ts";
import { unmergeKubeconfig, userKubeconfig } from "../../cluster/files/kubeconfig.ts";
import { Machine } from "../../cluster/machine/machine.ts";
import { kill, viewProcess } from "../../cluster/machine/processes.ts";
import { MachineRecord } from "../../cluster/machine/record.ts";
import { undo } from "../../cluster/machine/undo.ts";
import { askControl } from "../control.ts";
import { Failure } from "../failure.ts";
import type { Progress } from "../progress.ts";
import { usingKubeconfig } from "./up.ts";

export interface DownOptions {
  readonly name: string;
  /** Keeps the cluster's data, for another `cox up`. */
  readonly keep: boolean;
  readonly kubeconfig?: string | undefined;
  readonly progress: Progress;
}

const patienceMs = 30_000;
const courtesyMs = 2_000;

export async function down({ name, keep, kubeconfig, progress }: DownOptions): Promise<void> {
  const directory = new ClusterDirectory(name);
  if (!directory.exists) {
    progress.say(`There is no cluster "${name}".`);
    return;
  }
  // from now on a process that ends is not started again
  directory.unmarkReady();
  if (await askControl(directory, "stop")) await ended(directory, name);
  await endSupervisor(directory);
  progress.done("processes ended");
  if (keep) return;
  const left = await undo(new MachineRecord(Machine.recordPath(directory.nodes)), realClock);
  if (left.length)
    throw new Failure(`not all of the cluster "${name}" could be removed`, left.join("; "), "cox down again");
  progress.done("machine cleaned");
  directory.remove();
  const file = kubeconfig ?? userKubeconfig();
  await usingKubeconfig(
    () => unmergeKubeconfig(file, name, realClock),
    `still has the cluster "${name}", which is gone`,
  );
}

/** Ends what may be on its way to start the cluster's process once more, and that process with it. */
async function endSupervisor(directory: ClusterDirectory): Promise<void> {
  const known = directory.supervisor;
  const isThere = (): boolean => known !== undefined && viewProcess(known.pid)?.startTime === known.startTime;
  // after a process that ended as it was told it ends by itself
  for (const until = realClock.now() + courtesyMs; isThere() && realClock.now() < until; ) await sleep(realClock, 10);
  if (!known || !isThere()) return;
  try {
    process.kill(-known.pid, "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
  await kill([known], realClock);
}

async function ended(directory: ClusterDirectory, name: string): Promise<void> {
  const until = realClock.now() + patienceMs;
  while (await askControl(directory, "status").catch(() => undefined)) {
    if (realClock.now() > until)
      throw new Failure(`the cluster "${name}" does not end`, "its process still answers", `look at ${directory.log}`);
    await sleep(realClock, 50);
  }
}
