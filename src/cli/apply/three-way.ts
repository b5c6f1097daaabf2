/**
 * What `apply` sends: the patch that brings a live object to what the file says now, and takes away what the file said at
 * the last time and says no more (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes).
 */
import { deepEqual, isMap } from "../../api/object.ts";
import type { Field, StructType, Type } from "../../api/schema/model.ts";

type JsonMap = Readonly<Record<string, unknown>>;

export interface ThreeVersions {
  /** What was applied before; undefined if nothing is known of it. */
  readonly original: JsonMap | undefined;
  readonly modified: JsonMap;
  readonly current: JsonMap;
}

/** A JSON merge patch, for kinds whose types are not known. */
export function mergePatch({ original, modified, current }: ThreeVersions): JsonMap {
  const patch: Record<string, unknown> = {};
  for (const key in modified) {
    const [want, have] = [modified[key], current[key]];
    if (want === null) continue;
    if (isMap(want) && isMap(have)) {
      const before = original?.[key];
      const below = mergePatch({ original: isMap(before) ? before : undefined, modified: want, current: have });
      if (Object.keys(below).length) patch[key] = below;
    } else if (!deepEqual(want, have)) patch[key] = want;
  }
  for (const key in original) if (!(key in modified)) patch[key] = null;
  return patch;
}

/** A strategic merge patch by the types of the API. */
export const strategicPatch = (versions: ThreeVersions, schema: StructType): JsonMap => mapPatch(versions, schema);

interface Place {
  readonly type: Type | undefined;
  readonly patch: Field["patch"];
}

function placeOf(type: Type | undefined, key: string): Place {
  if (type?.kind === "struct") {
    const field = type.byName.get(key);
    return { type: field?.type, patch: field?.patch };
  }
  return { type: type?.kind === "map" ? type.of : undefined, patch: undefined };
}

function mapPatch({ original, modified, current }: ThreeVersions, type: Type | undefined): JsonMap {
  const patch: Record<string, unknown> = {};
  for (const key in modified) {
    const [before, want, have] = [original?.[key], modified[key], current[key]];
    const place = placeOf(type, key);
    if (have === undefined) patch[key] = want;
    else if (isMap(want) && isMap(have) && !place.patch?.replace) {
      const below = mapPatch(
        { original: isMap(before) ? before : undefined, modified: want, current: have },
        place.type,
      );
      if (!Object.keys(below).length) continue;
      patch[key] = place.patch?.retainKeys ? { $retainKeys: Object.keys(want).sort(), ...below } : below;
    } else if (Array.isArray(want) && Array.isArray(have) && place.patch?.merge) {
      Object.assign(
        patch,
        listPatch(key, { original: Array.isArray(before) ? before : [], modified: want, current: have }, place),
      );
    } else if (!deepEqual(want, have)) patch[key] = want;
  }
  for (const key in original) if (!(key in modified)) patch[key] = null;
  return patch;
}

interface ThreeLists {
  readonly original: readonly unknown[];
  readonly modified: readonly unknown[];
  readonly current: readonly unknown[];
}

function listPatch(key: string, lists: ThreeLists, place: Place): JsonMap {
  const mergeKey = place.patch?.mergeKey;
  return mergeKey ? keyedPatch(key, mergeKey, lists, place) : scalarPatch(key, lists);
}

function scalarPatch(key: string, { original, modified, current }: ThreeLists): JsonMap {
  const added = modified.filter((item) => !current.includes(item));
  const gone = original.filter((item) => !modified.includes(item));
  const ordered = modified.length === current.length && modified.every((item, i) => item === current[i]);
  return {
    ...((added.length || gone.length || !ordered) && { [`$setElementOrder/${key}`]: modified }),
    ...(gone.length && { [`$deleteFromPrimitiveList/${key}`]: gone }),
    ...(added.length && { [key]: added }),
  };
}

function keyedPatch(
  key: string,
  mergeKey: string,
  { original, modified, current }: ThreeLists,
  { type }: Place,
): JsonMap {
  const items = (list: readonly unknown[]): readonly JsonMap[] => list.filter(isMap);
  const find = (list: readonly unknown[], value: unknown): JsonMap | undefined =>
    items(list).find((item) => item[mergeKey] === value);
  const changed: JsonMap[] = [];
  for (const want of items(modified)) {
    const value = want[mergeKey];
    const have = find(current, value);
    if (!have) changed.push(want);
    else {
      const below = mapPatch(
        { original: find(original, value), modified: want, current: have },
        type?.kind === "list" ? type.of : undefined,
      );
      if (Object.keys(below).length) changed.push({ ...below, [mergeKey]: value });
    }
  }
  const gone = items(original)
    .filter((item) => !find(modified, item[mergeKey]))
    .map((item) => ({ $patch: "delete", [mergeKey]: item[mergeKey] }));
  const order = items(modified).map((item) => ({ [mergeKey]: item[mergeKey] }));
  const ordered =
    modified.length === current.length &&
    items(modified).every((item, i) => item[mergeKey] === items(current)[i]?.[mergeKey]);
  const all = [...changed, ...gone];
  return {
    ...((all.length || !ordered) && { [`$setElementOrder/${key}`]: order }),
    ...(all.length && { [key]: all }),
  };
}
