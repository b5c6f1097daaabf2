/**
 * What happens to containers, as a stream. A runtime that has CRI's event stream (containerd from 1.7) is listened to;
 * of an older one the containers are listed every second and compared. containerd's own event service, where there is
 * one, says when to look at once, so that the end of a container is seen within milliseconds there too.
 */
import type { ClientReadableStream } from "@grpc/grpc-js";
import { type Clock, sleep, type Timer } from "../../../base/clock.ts";
import type { RuntimeEvent } from "../contract.ts";
import { type ContainerAnswer, containerFrom, type EventAnswer, eventFrom, type SandboxAnswer } from "./answers.ts";
import { isUnimplemented } from "./failures.ts";
import type { Wire } from "./wire.ts";

const relistMs = 1000;
/** containerd tells of an end a moment before its CRI part has taken note of it, so one look is not enough. */
const looksAfterHintMs: readonly number[] = [5, 40, 200];

type OnEvent = (event: RuntimeEvent) => void;

export async function watchContainers(wire: Wire, clock: Clock, onEvent: OnEvent, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const why = await listen<EventAnswer>(
      wire.stream("GetContainerEvents", {}),
      (event) => onEvent(eventFrom(event)),
      signal,
    );
    if (isUnimplemented(why)) return poll(wire, clock, onEvent, signal);
    await sleep(clock, relistMs, signal);
  }
}

/** Resolves when the stream is over, to the error that ended it, if any. */
function listen<Answer>(
  stream: ClientReadableStream<Answer>,
  onData: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = () => stream.cancel();
    const end = (why?: unknown) => {
      signal.removeEventListener("abort", stop);
      resolve(why);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    stream.on("data", onData);
    stream.on("error", end);
    stream.on("end", () => end());
  });
}

/** A container or sandbox as a listing shows it. */
interface Seen {
  readonly sandbox: string;
  readonly state: "created" | "running" | "ended";
}

/** What must have happened between two listings. */
export function eventsBetween(before: ReadonlyMap<string, Seen>, after: ReadonlyMap<string, Seen>): RuntimeEvent[] {
  const events: RuntimeEvent[] = [];
  for (const [container, { sandbox, state }] of after) {
    const old = before.get(container);
    if (old?.state === state) continue;
    const types: RuntimeEvent["type"][] = [];
    if (!old) types.push("created");
    if (state !== "created" && (!old || old.state === "created")) types.push("started");
    if (state === "ended") types.push("stopped");
    for (const type of types) events.push({ container, sandbox, type });
  }
  for (const [container, { sandbox, state }] of before) {
    if (after.has(container)) continue;
    if (state === "running") events.push({ container, sandbox, type: "stopped" });
    events.push({ container, sandbox, type: "deleted" });
  }
  return events;
}

async function look(wire: Wire): Promise<Map<string, Seen>> {
  const [pods, containers] = await Promise.all([
    wire.call<{ items: SandboxAnswer[] }>("ListPodSandbox", {}, 10_000),
    wire.call<{ containers: ContainerAnswer[] }>("ListContainers", {}, 10_000),
  ]);
  const seen = new Map<string, Seen>();
  for (const { id, state } of pods.items) {
    seen.set(id, { sandbox: id, state: state === "SANDBOX_READY" ? "running" : "ended" });
  }
  for (const { id, sandbox, state } of containers.containers.map(containerFrom)) {
    seen.set(id, { sandbox, state: state === "exited" || state === "unknown" ? "ended" : state });
  }
  return seen;
}

async function poll(wire: Wire, clock: Clock, onEvent: OnEvent, signal: AbortSignal): Promise<void> {
  let seen: Map<string, Seen> | undefined;
  let awake = () => {};
  let hints: Timer[] = [];
  const hint = () => {
    for (const timer of hints) timer.cancel();
    hints = looksAfterHintMs.map((ms) => clock.after(ms, () => awake()));
  };
  void listenForHints(wire, clock, hint, signal);
  signal.addEventListener("abort", () => awake(), { once: true });
  while (!signal.aborted) {
    const now = await look(wire).catch(() => undefined);
    if (now && seen) for (const event of eventsBetween(seen, now)) onEvent(event);
    seen = now ?? seen;
    const wait = new AbortController();
    if (signal.aborted) break;
    awake = () => wait.abort();
    await sleep(clock, relistMs, wait.signal);
  }
  for (const timer of hints) timer.cancel();
}

async function listenForHints(wire: Wire, clock: Clock, hint: () => void, signal: AbortSignal): Promise<void> {
  const filters = ['topic=="/tasks/exit"', 'topic=="/tasks/start"'];
  while (!signal.aborted) {
    const why = await listen<object>(wire.stream("Subscribe", { filters }), hint, signal);
    if (isUnimplemented(why)) return;
    await sleep(clock, relistMs, signal);
  }
}
