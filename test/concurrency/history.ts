/** What clients asked and were told, and whether a store that does one thing after another could have told them so. */

/** The data of an object: whose write set each of its keys. */
export type Data = Readonly<Record<string, string>>;

/** One change, as the store tells it. */
export interface Version {
  readonly revision: number;
  readonly key: string;
  /** Undefined: it was deleted. */
  readonly data: Data | undefined;
}

/** When something was asked and answered, in ticks of one clock; never answered: Infinity. */
interface Span {
  readonly asked: number;
  readonly answered: number;
}

export interface WriteDone extends Span {
  readonly is: "write";
  readonly key: string;
  /** Unique: it stands in the data that it writes. */
  readonly id: string;
  readonly verb: "create" | "update" | "patch" | "delete";
  /** The revision at which the writer wants the object to be. */
  readonly expected?: number;
  /** `unknown`: the connection broke. */
  readonly outcome: "done" | "refused" | "unknown";
  /** Of a write that is done, what was answered. */
  readonly revision?: number;
  readonly reason?: string;
}

export interface ReadDone extends Span {
  readonly is: "read";
  readonly key: string;
  /** Undefined: there was none. */
  readonly revision: number | undefined;
  readonly data: Data | undefined;
}

export interface ListDone extends Span {
  readonly is: "list";
  readonly revision: number;
  readonly items: ReadonlyMap<string, number>;
}

export type Done = WriteDone | ReadDone | ListDone;

/** The life of one key: its versions with what made each, and from when to when it was the latest, at the widest. */
interface Stage {
  readonly revision: number;
  readonly data: Data | undefined;
  /** The first tick at which it can have been there, and the last tick before it certainly was. */
  readonly earliest: number;
  readonly latest: number;
}

const same = (one: Data | undefined, other: Data | undefined): boolean => {
  const text = (data: Data | undefined) => data && JSON.stringify(Object.entries(data).sort());
  return text(one) === text(other);
};

/** Every fault of a history, in words. `log`: all changes, in order, none missing. */
export function faultsOf(log: readonly Version[], done: readonly Done[]): string[] {
  const faults: string[] = [];
  log.forEach((version, i) => {
    const before = log[i - 1];
    if (before && before.revision >= version.revision)
      faults.push(`revision ${version.revision} after ${before.revision}`);
  });
  const keys = new Set([...log.map(({ key }) => key), ...done.flatMap((one) => (one.is === "list" ? [] : [one.key]))]);
  for (const key of keys) faults.push(...faultsOfKey(key, log, done));
  for (const one of done) if (one.is === "list") faults.push(...faultsOfList(one, log, done));
  return faults;
}

/** The objects at a revision, with the revisions at which they were written. */
export function stateAt(log: readonly Version[], revision: number): Map<string, number> {
  const state = new Map<string, number>();
  for (const version of log) {
    if (version.revision > revision) break;
    if (version.data) state.set(version.key, version.revision);
    else state.delete(version.key);
  }
  return state;
}

function faultsOfKey(key: string, log: readonly Version[], done: readonly Done[]): string[] {
  const faults: string[] = [];
  const writes = done.filter((one): one is WriteDone => one.is === "write" && one.key === key);
  const reads = done.filter((one): one is ReadDone => one.is === "read" && one.key === key);
  const versions = log.filter((version) => version.key === key);
  const byRevision = new Map(writes.filter((w) => w.revision !== undefined).map((w) => [w.revision, w]));
  const byId = new Map(writes.map((write) => [write.id, write]));
  const stages: Stage[] = [{ revision: 0, data: undefined, earliest: 0, latest: 0 }];
  const used = new Set<string>();
  for (const version of versions) {
    const before = stages.at(-1) as Stage;
    const write = byRevision.get(version.revision) ?? makerOf(version, before, byId, writes);
    const at = `${key} at ${version.revision}`;
    if (!write) faults.push(`${at}: nobody wrote ${JSON.stringify(version.data)}`);
    else {
      if (used.has(write.id)) faults.push(`${at}: ${write.id} was carried out twice`);
      if (write.outcome === "refused") faults.push(`${at}: ${write.id} was refused, and carried out`);
      used.add(write.id);
      faults.push(...faultsOfWrite(at, write, before, version));
    }
    const [asked, answered] = write ? [write.asked, write.answered] : [0, Number.POSITIVE_INFINITY];
    stages.push({ revision: version.revision, data: version.data, earliest: asked, latest: answered });
  }
  for (const write of writes)
    if (write.outcome === "done" && !used.has(write.id))
      faults.push(`${key}: ${write.id} was acknowledged at ${write.revision}, and is lost`);
  settle(stages, reads);
  for (const [i, stage] of stages.entries())
    if (stage.earliest > stage.latest)
      faults.push(`${key} at ${stage.revision} (${i}) was there before it can have been`);
  for (const read of reads) faults.push(...faultsOfRead(key, read, stages));
  for (const write of writes) if (write.outcome === "refused") faults.push(...faultsOfRefusal(key, write, stages));
  return faults;
} // prettier-ignore

/** Whose write a change is, where its answer did not say. */
function makerOf(
  { data }: Version,
  before: Stage,
  byId: ReadonlyMap<string, WriteDone>,
  writes: readonly WriteDone[],
): WriteDone | undefined {
  if (data) {
    const fresh = Object.values(data).find((id) => !Object.values(before.data ?? {}).includes(id));
    return fresh === undefined ? undefined : byId.get(fresh);
  }
  // who deletes says at which revision
  const meant = writes.filter((w) => w.verb === "delete" && w.expected === before.revision && w.outcome !== "refused");
  return meant.find(({ outcome }) => outcome === "done") ?? meant[0];
}

const fits = ({ expected }: WriteDone, before: Stage): boolean =>
  expected === undefined || expected === before.revision;

/** A write makes of what was there what it says, and nothing else. */
function faultsOfWrite(at: string, write: WriteDone, before: Stage, { data }: Version): string[] {
  const { verb, id } = write;
  if (verb === "create" && before.data) return [`${at}: ${id} made what was there`];
  if (verb !== "create" && !before.data) return [`${at}: ${id} changed what was not there`];
  if (!fits(write, before)) return [`${at}: ${id} wanted ${write.expected}, and changed ${before.revision}`];
  const wanted = {
    create: { by: id },
    update: { by: id },
    patch: { ...before.data, [id.split(".")[0] ?? ""]: id },
    delete: undefined,
  }[verb];
  return same(data, wanted) ? [] : [`${at}: ${id} left ${JSON.stringify(data)}, not ${JSON.stringify(wanted)}`];
} // prettier-ignore

/** What was read had been written; what follows something came no sooner than it. */
function settle(stages: Stage[], reads: readonly ReadDone[]): void {
  const latest = new Map<number, number>();
  for (const { revision, answered } of reads)
    if (revision !== undefined)
      latest.set(revision, Math.min(latest.get(revision) ?? Number.POSITIVE_INFINITY, answered));
  let end = Number.POSITIVE_INFINITY;
  for (let i = stages.length - 1; i >= 0; i--) {
    const stage = stages[i] as Stage;
    end = Math.min(end, stage.latest, latest.get(stage.revision) ?? Number.POSITIVE_INFINITY);
    stages[i] = { ...stage, latest: end };
  }
  let start = 0;
  for (const [i, stage] of stages.entries()) {
    start = Math.max(start, stage.earliest);
    stages[i] = { ...stage, earliest: start };
  }
} // prettier-ignore

/** Whether a stage can have been the latest at some moment of the span. */
function canBeCurrent(stages: readonly Stage[], i: number, { asked, answered }: Span): boolean {
  const stage = stages[i] as Stage;
  const next = stages[i + 1];
  return stage.earliest <= answered && (next === undefined || next.latest >= asked);
}

function faultsOfRead(key: string, read: ReadDone, stages: readonly Stage[]): string[] {
  const { revision } = read;
  const candidates = [...stages.keys()].filter((i) =>
    revision === undefined ? !stages[i]?.data : stages[i]?.revision === revision && same(stages[i]?.data, read.data),
  );
  if (candidates.some((i) => canBeCurrent(stages, i, read))) return [];
  return [
    `${key}: a read from ${read.asked} to ${read.answered} saw ${revision ?? "nothing"}, which was not there then`,
  ];
} // prettier-ignore

/** A refusal needs a moment at which there was a reason. */
function faultsOfRefusal(key: string, write: WriteDone, stages: readonly Stage[]): string[] {
  const isReason = ({ data, revision }: Stage): boolean => {
    if (write.reason === "AlreadyExists") return data !== undefined;
    if (write.reason === "NotFound") return data === undefined;
    return (
      write.reason === "Conflict" && (data === undefined || write.expected === undefined || revision !== write.expected)
    );
  };
  if (stages.some((stage, i) => isReason(stage) && canBeCurrent(stages, i, write))) return [];
  return [`${key}: ${write.id} (${write.verb} of ${write.expected}) was refused as ${write.reason} without a reason`];
} // prettier-ignore

/** A list is the state at its revision, and that is no older than what was acknowledged before it was asked for. */
function faultsOfList(list: ListDone, log: readonly Version[], done: readonly Done[]): string[] {
  const faults: string[] = [];
  const wanted = stateAt(log, list.revision);
  const text = (state: ReadonlyMap<string, number>): string => JSON.stringify([...state].sort());
  if (text(wanted) !== text(list.items))
    faults.push(`a list at ${list.revision} has ${text(list.items)}, not ${text(wanted)}`);
  for (const one of done) {
    const revision = one.is === "write" && one.outcome !== "done" ? undefined : one.revision;
    if (revision !== undefined && one.answered < list.asked && revision > list.revision)
      faults.push(`a list at ${list.revision} was asked for after ${revision} was known`);
  }
  return faults;
} // prettier-ignore
