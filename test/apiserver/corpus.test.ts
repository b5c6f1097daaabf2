/**
 * Objects of every built-in kind, each field set, and many with some fields at the edges of what they may hold, are the
 * same after they were written and read in each of the three forms, from whichever to whichever.
 *
 * COXSWAIN_SEED begins the random ones elsewhere, COXSWAIN_CASES says how many there are of each kind.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupVersionOf, type Kind } from "../../src/api/kind.ts";
import { builtInKinds } from "../../src/api/kinds.ts";
import type { JsonObject } from "../../src/api/schema/decode.ts";
import { readBody } from "../../src/apiserver/encode/body.ts";
import { type MediaType, mediaTypes } from "../../src/apiserver/encode/negotiate.ts";
import { encodeValue } from "../../src/apiserver/encode/objects.ts";
import { seeded } from "../../src/base/random.ts";
import { filled, filledAtRandom } from "./filled.ts";

const firstSeed = Number(process.env.COXSWAIN_SEED ?? 1);
const cases = Number(process.env.COXSWAIN_CASES ?? 12);

const titleOf = (kind: Kind): string => `${groupVersionOf(kind)} ${kind.kind}`;

const write = (value: object, mediaType: MediaType): Uint8Array =>
  Buffer.concat(encodeValue(value, { mediaType, pretty: false, stream: false }));

function read(kind: Kind, bytes: Uint8Array, contentType: MediaType): JsonObject {
  const warnings: string[] = [];
  const draft = readBody(bytes, kind, { contentType, fieldValidation: "Strict", warnings });
  assert.deepEqual(warnings, []);
  const { kind: _, apiVersion: __, ...rest } = draft as unknown as JsonObject;
  return rest;
}

/** Through each form from each, and the bytes again the same. */
function survives(kind: Kind, object: JsonObject): void {
  const named = { kind: kind.kind, apiVersion: groupVersionOf(kind) };
  for (const first of mediaTypes) {
    const bytes = write({ ...named, ...object }, first);
    const once = read(kind, bytes, first);
    assert.deepEqual(once, object, first);
    assert.deepEqual(read(kind, write({ ...named, ...once }, first), first), object, `${first}, twice`);
    for (const second of mediaTypes)
      assert.deepEqual(read(kind, write({ ...named, ...once }, second), second), object, `${first}, then ${second}`);
  }
  const protobuf = "application/vnd.kubernetes.protobuf";
  const bytes = write({ ...named, ...object }, protobuf);
  assert.deepEqual(write({ ...named, ...read(kind, bytes, protobuf) }, protobuf), bytes, "the same bytes again");
}

for (const kind of builtInKinds)
  test(`${titleOf(kind)} with every field survives all forms`, () => survives(kind, filled(kind.schema)));

for (const kind of builtInKinds)
  test(`${titleOf(kind)} with some fields survives all forms`, () => {
    for (let seed = firstSeed; seed < firstSeed + cases; seed++)
      try {
        survives(kind, filledAtRandom(kind.schema, seeded(seed)));
      } catch (cause) {
        throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
  });
