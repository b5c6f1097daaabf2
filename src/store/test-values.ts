/** The values that the stores are tested with, and short ways to write them. */
import type { Change, Codec, Origin, Revision, Store, WatchOptions, Write } from "./store.ts";

export interface TestValue {
  readonly data: string;
  /** Set by `stamp`. */
  readonly revision?: Revision;
}

/** Stamps the revision into the value, and fails for the data "unstampable" and "unencodable". */
export const testCodec: Codec<TestValue> = {
  stamp(value, revision) {
    if (value.data === "unstampable") throw new RangeError("cannot stamp");
    return { ...value, revision };
  },
  encode({ data }) {
    if (data === "unencodable") throw new RangeError("cannot encode");
    return new TextEncoder().encode(data);
  },
  decode: (bytes, revision) => ({ data: new TextDecoder().decode(bytes), revision }),
};

export const alice: Origin = { actor: "alice" };
export const put = (key: string, data: string, expected?: Revision): Write<TestValue> => ({
  key,
  value: { data },
  ...(expected !== undefined && { expected }),
});
export const drop = (key: string, expected?: Revision): Write<TestValue> => ({
  key,
  ...(expected !== undefined && { expected }),
});
export const show = ({ key, before, after }: Change<TestValue>): string =>
  `${key}: ${before?.value.data ?? "-"} to ${after?.value.data ?? "-"}`;

/** The revision after writing `writes` one by one. */
export async function after(store: Store<TestValue>, ...writes: Write<TestValue>[]): Promise<Revision> {
  for (const write of writes) await store.write([write], alice);
  return store.revision;
}

export const dataAt = async (store: Store<TestValue>, key: string, revision?: Revision): Promise<string | undefined> =>
  (await store.get(key, revision))?.value.data;

/** A listener that writes down what it hears. */
export function hearing(
  heard: string[],
  options: Partial<WatchOptions<TestValue>> & { since: Revision },
): WatchOptions<TestValue> {
  return { onChanges: (changes) => heard.push(changes.map(show).join("; ")), ...options };
}

export type Check = (sentence: string, run: (store: Store<TestValue>) => Promise<void>) => void;
