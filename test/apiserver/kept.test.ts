/**
 * A valid object of each of many kinds is the same in each form it is read in, and stays as it is (down to its
 * resourceVersion) when it is written back in any form, patched with nothing or with itself, and applied again.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { groupVersionOf, type Kind } from "../../src/api/kind.ts";
import { builtInKinds } from "../../src/api/kinds.ts";
import type { JsonObject } from "../../src/api/schema/decode.ts";
import { readBody } from "../../src/apiserver/encode/body.ts";
import { mediaTypes } from "../../src/apiserver/encode/negotiate.ts";
import { requestPem } from "./certificate-request.ts";
import { type Client, clientOf } from "./client.ts";
import { start } from "./server.ts";
import { type ValidObject, validObjects } from "./valid-objects.ts";

let client: Client;
before(async () => {
  client = clientOf((await start()).plane);
});

function kindOf({ apiVersion, kind }: ValidObject): Kind {
  const found = builtInKinds.find((known) => known.kind === kind && groupVersionOf(known) === apiVersion);
  if (!found) throw new Error(`there is no ${apiVersion} ${kind}`);
  return found;
}

function collectionOf(kind: Kind, namespace: string | undefined): string {
  const root = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`;
  return namespace ? `${root}/namespaces/${namespace}/${kind.plural}` : `${root}/${kind.plural}`;
}

const bytesOf = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));

/** The object once the server has written its status, where it does. */
async function settled(read: () => Promise<JsonObject>): Promise<JsonObject> {
  let last = await read();
  for (let same = 0; same < 20; same++) {
    await setImmediate();
    const next = await read();
    if (!isDeepStrictEqual(next, last)) same = 0;
    last = next;
  }
  return last;
}

/** Protobuf does not say what objects within others are called. */
function withoutTypesWithin(object: JsonObject): JsonObject {
  const { volumeClaimTemplates, ...spec } = (object.spec ?? {}) as { volumeClaimTemplates?: JsonObject[] };
  if (!volumeClaimTemplates) return object;
  const bare = volumeClaimTemplates.map(({ kind: _, apiVersion: __, ...rest }) => rest);
  return { ...object, spec: { ...spec, volumeClaimTemplates: bare } };
}

async function staysAsItIs(wanted: ValidObject): Promise<void> {
  const kind = kindOf(wanted);
  const collection = collectionOf(kind, wanted.metadata.namespace);
  const path = `${collection}/${wanted.metadata.name}`;
  const send = async (method: string, type: string, body: Uint8Array, target = path): Promise<JsonObject> => {
    const answer = await client({ method, target, headers: { "content-type": type }, body });
    assert.ok(answer.status < 300, `${method} ${type}: ${answer.status} ${Buffer.from(answer.bytes)}`);
    return JSON.parse(Buffer.from(answer.bytes).toString()) as JsonObject;
  };
  await send("POST", "application/json", bytesOf(wanted), collection);
  const made = await settled(async () => {
    const { bytes } = await client({ method: "GET", target: path });
    return JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
  });
  for (const accept of mediaTypes) {
    const { bytes } = await client({ method: "GET", target: path, headers: { accept } });
    const options = { contentType: accept, fieldValidation: "Strict", warnings: [] as string[] } as const;
    const got = readBody(bytes, kind, options);
    const shown = accept.endsWith("protobuf") ? withoutTypesWithin(made) : made;
    assert.deepEqual({ kind: kind.kind, apiVersion: groupVersionOf(kind), ...got }, shown, `read as ${accept}`);
    assert.deepEqual(await send("PUT", accept, bytes), made, `written back as ${accept}`);
  }
  const patches = [
    { type: "merge-patch", body: {} },
    { type: "merge-patch", body: made },
    { type: "strategic-merge-patch", body: {} },
    { type: "strategic-merge-patch", body: made },
    { type: "json-patch", body: [] },
    { type: "json-patch", body: [{ op: "test", path: "/metadata/name", value: wanted.metadata.name }] },
    { type: "json-patch", body: [{ op: "replace", path: "", value: made }] },
  ];
  for (const { type, body } of patches)
    assert.deepEqual(
      await send("PATCH", `application/${type}+json`, bytesOf(body)),
      made,
      `${type} ${JSON.stringify(body)}`,
    );
  await staysApplied(wanted, made, (body) =>
    send("PATCH", "application/apply-patch+yaml", body, `${path}?fieldManager=applier&force=true`),
  );
}

const bare = (object: JsonObject): JsonObject => {
  const { managedFields: _, resourceVersion: __, ...metadata } = object.metadata as JsonObject;
  return { ...object, metadata };
};

/** Somebody who applies it comes to own it, once. */
async function staysApplied(wanted: ValidObject, made: JsonObject, apply: (body: Uint8Array) => Promise<JsonObject>) {
  const applied = await apply(bytesOf(wanted));
  assert.deepEqual(bare(applied), bare(made), "applied");
  assert.deepEqual(await apply(bytesOf(wanted)), applied, "applied again");
}

for (const object of validObjects(Buffer.from(await requestPem()).toString("base64")))
  test(`${object.apiVersion} ${object.kind} stays as it is`, () => staysAsItIs(object));
