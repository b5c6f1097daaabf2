/** `cox exec` and `cox attach`. */
import type { FlagSet } from "../flags.ts";
import { chooseContainer } from "../pods/containers.ts";
import { podFor } from "../pods/pods-of.ts";
import { canUseTerminal, runSession, throwFailure } from "../pods/terminal.ts";
import { VerbError } from "./failures.ts";
import { fileFlags, type Verb } from "./verb.ts";

const sessionFlags: FlagSet = {
  container: { kind: "text", short: "c", help: "which container" },
  stdin: { kind: "switch", short: "i", help: "send it the input" },
  tty: { kind: "switch", short: "t", help: "with a terminal" },
  quiet: { kind: "switch", short: "q", help: "its output alone" },
  "pod-running-timeout": { kind: "duration", default: "1m0s", help: "how long to wait for a pod" },
};

export const exec: Verb = {
  name: "exec",
  summary: "Run a command in a container",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [-it] -- COMMAND [ARGS...]",
  flags: { ...fileFlags, ...sessionFlags },
  async run(session, flags) {
    const [word] = flags.args;
    if (word === undefined) throw new VerbError("pod, type/name or --filename must be specified");
    const command = flags.dash === undefined ? flags.args.slice(1) : flags.args.slice(Math.max(flags.dash, 1));
    if (flags.dash === undefined && command.length)
      throw new VerbError(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'cox exec -h' for help and examples",
      );
    if (!command.length) throw new VerbError("you must specify at least one command for the container");
    const pod = await podFor(session, word, flags.duration("pod-running-timeout"));
    const { phase } = pod.status;
    if (phase === "Succeeded" || phase === "Failed")
      throw new VerbError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    const container = chooseContainer(session, pod, flags.text("container"), flags.on("quiet"));
    const tty = flags.on("stdin") ? canUseTerminal(session, flags.on("tty")) : flags.on("tty");
    throwFailure(
      await runSession(session, {
        kind: "exec",
        namespace: pod.metadata.namespace ?? "",
        pod: pod.metadata.name ?? "",
        container,
        command,
        stdin: flags.on("stdin"),
        tty,
      }),
    );
  },
};

export const attach: Verb = {
  name: "attach",
  summary: "Join a container that runs",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [-it]",
  flags: sessionFlags,
  async run(session, flags) {
    const [word] = flags.args;
    if (word === undefined || flags.args.length > 1)
      throw new VerbError(
        word === undefined ? "at least 1 argument is required for attach" : "only one argument is allowed",
      );
    const pod = await podFor(session, word, flags.duration("pod-running-timeout"));
    const { phase } = pod.status;
    if (phase === "Succeeded" || phase === "Failed")
      throw new VerbError(`cannot attach a container in a completed pod; current phase is ${phase}`);
    const container = chooseContainer(session, pod, flags.text("container"), flags.on("quiet"));
    const has = (pod.spec.containers ?? []).find(({ name }) => name === container);
    let tty = flags.on("tty");
    if (tty && !has?.tty) {
      if (!flags.on("quiet")) session.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
      tty = false;
    } else if (!tty && has?.tty) tty = flags.on("stdin");
    if (tty) tty = canUseTerminal(session, true);
    if (!flags.on("quiet") && flags.on("stdin") && tty)
      session.err(
        "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n",
      );
    throwFailure(
      await runSession(session, {
        kind: "attach",
        namespace: pod.metadata.namespace ?? "",
        pod: pod.metadata.name ?? "",
        container,
        stdin: flags.on("stdin"),
        tty: tty || has?.tty === true,
      }),
    );
  },
};
