/** Objects of kinds that are served in several versions, in the version that an entry of managedFields speaks of. */
import { groupVersionOf, type Kind } from "../kind.ts";
import { builtInKinds } from "../kinds.ts";
import type { Draft, KubeObject } from "../object.ts";
import { decode, type JsonObject } from "../schema/decode.ts";
import type { StructType } from "../schema/model.ts";

export interface Versioned {
  readonly schema: StructType;
  readonly object: JsonObject;
}

/** `object` of version `from` in version `to`; undefined if there is no such version any more. */
export type Convert = (object: JsonObject, from: string, to: string) => Versioned | undefined;

const alternates = new WeakMap<Kind, readonly Kind[]>();

function versionsOf(stored: Kind): readonly Kind[] {
  if (stored.versions) return stored.versions();
  let kinds = alternates.get(stored);
  if (!kinds) {
    kinds = [stored, ...builtInKinds.filter((kind) => kind.storedAs?.kind === stored)];
    alternates.set(stored, kinds);
  }
  return kinds;
}

const groupOf = (apiVersion: string): string => apiVersion.replace(/\/?[^/]*$/, "");

/** Converts between the versions of a kind, told by the one it is stored in. */
export function conversionOf(stored: Kind): Convert {
  const { custom } = stored;
  if (custom) return (object, from, to) => custom.convert(object as KubeObject, from, to) as Versioned | undefined;
  return (object, from, to) => {
    if (groupOf(from) !== groupOf(to)) return undefined; // events, which two groups serve, know nothing of each other
    const versions = versionsOf(stored);
    const source = versions.find((kind) => groupVersionOf(kind) === from);
    const target = versions.find((kind) => groupVersionOf(kind) === to);
    if (!source || !target) return undefined;
    const whole = decode(source.schema, object) as Draft;
    const hub = source.storedAs ? source.storedAs.toStored(whole) : whole;
    const converted = target.storedAs ? target.storedAs.fromStored(hub) : hub;
    return { schema: target.schema, object: converted as JsonObject };
  };
}
