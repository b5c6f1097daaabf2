/** Runs a program only while it leads: of several that are there, one works and the others wait. */
import { type LeaderElectionOptions, runLeaderElection } from "./leader-election.ts";
import type { Running } from "./run.ts";

export interface RunAsLeaderOptions extends Omit<LeaderElectionOptions, "onStarted" | "onLost"> {
  /** Called each time that it begins to lead. */
  readonly start: () => Promise<Running>;
  readonly onError: (error: unknown) => void;
}

/** Resolves once it leads and works; where another one leads, that may take as long as that one lives. */
export function runAsLeader({ start, onError, ...election }: RunAsLeaderOptions): Promise<Running> {
  let work: Promise<Running | undefined> = Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const elected = runLeaderElection({
      ...election,
      onStarted: () => {
        work = work.then(start);
        work.then(() => resolve(running), reject);
      },
      onLost: () => {
        onError(new Error(`${election.name} does not lead any more: its lease could not be renewed in time`));
        work = work.then((running) => running?.stop()).then(() => undefined, onError) as Promise<undefined>;
      },
    });
    const running: Running = {
      async stop() {
        await work.then((one) => one?.stop(), onError);
        await elected.stop();
      },
    };
  });
}
