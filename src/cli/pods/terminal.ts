/** A session in a container, joined to the terminal or the streams of this command. */
import type { Status } from "../../api/errors.ts";
import { pathOf } from "../../client/http/rest-client.ts";
import { exitCodeOf, type Session as LiveSession, openSession } from "../../client/http/session.ts";
import { PlainError, VerbError } from "../verbs/failures.ts";
import type { Session } from "../verbs/session.ts";

export interface SessionWanted {
  readonly kind: "exec" | "attach";
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Default true: what comes is printed. */
  readonly output?: { stdout(bytes: Uint8Array): void; stderr(bytes: Uint8Array): void };
  /** What is sent in; default the command's own input. */
  readonly input?: AsyncIterable<Uint8Array>;
}

/** Runs the session to its end. Resolves to the Status of a failure, or undefined. */
export async function runSession(session: Session, wanted: SessionWanted): Promise<Status | undefined> {
  const { environment, client } = session;
  const pods = await session.resource("pods");
  const query = new URLSearchParams();
  for (const part of wanted.command ?? []) query.append("command", part);
  query.append("container", wanted.container);
  if (wanted.stdin) query.append("stdin", "true");
  query.append("stdout", "true");
  if (!wanted.tty) query.append("stderr", "true");
  if (wanted.tty) query.append("tty", "true");
  const output = wanted.output ?? { stdout: (bytes) => session.out(bytes), stderr: (bytes) => session.err(bytes) };
  const live = await openSession(
    client.transport,
    pathOf(pods, wanted.namespace, wanted.pod, wanted.kind),
    query,
    output,
  );
  const stop = wanted.stdin ? sendInput(session, wanted, live) : () => {};
  const resize = (): void => {
    if (environment.columns && environment.rows) live.resize(environment.columns, environment.rows);
  };
  const unwatch = wanted.tty ? environment.onResize(resize) : () => {};
  if (wanted.tty) resize();
  try {
    return (await live.ended).failure;
  } finally {
    stop();
    unwatch();
  }
}

function sendInput(session: Session, wanted: SessionWanted, live: LiveSession): () => void {
  const { stdin } = session.environment;
  const raw = wanted.tty && stdin.isTTY;
  if (raw) stdin.setRawMode?.(true);
  const input = (wanted.input ?? stdin) as AsyncIterable<Uint8Array>;
  void (async () => {
    for await (const part of input) live.write(part);
    live.endInput();
  })().catch(() => live.endInput());
  return () => {
    if (raw) stdin.setRawMode?.(false);
    if (!wanted.input) stdin.destroy();
  };
}

/** Throws what a session's failure means to a person: the command's exit code is the exit code. */
export function throwFailure(failure: Status | undefined): void {
  if (!failure) return;
  const code = exitCodeOf(failure);
  if (code !== undefined) throw new PlainError(`command terminated with exit code ${code}`, code);
  throw new VerbError(failure.message ?? "the session failed");
}

/** Whether a terminal can be had; says so where it cannot. */
export function canUseTerminal(session: Session, wanted: boolean): boolean {
  if (!wanted || session.environment.stdin.isTTY) return wanted;
  session.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  return false;
}
