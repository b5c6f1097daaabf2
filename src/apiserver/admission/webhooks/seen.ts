/** Objects of a request in the version that a webhook or policy wants to see, and back. */
import { groupVersionOf, type Kind } from "../../../api/kind.ts";
import type { Draft, KubeObject } from "../../../api/object.ts";
import { structuredCopy } from "../../../api/schema/decode.ts";
import { typed } from "../../encode/objects.ts";
import { type AdmissionRequest, spokenKind } from "../admission.ts";
import type { Seen } from "./review.ts";

/** The request's objects as objects of `kind`, with the names of their type. */
export async function seenAs(request: AdmissionRequest, kind: Kind): Promise<Seen> {
  const { object, old, objectKind } = request;
  // a Scale or an Eviction is what it is, whatever it is of
  const show = async (one: KubeObject | undefined): Promise<KubeObject | undefined> =>
    one && (objectKind ? typed(objectKind, one) : await converted(one, request, kind));
  return { kind, object: await show(object as KubeObject | undefined), old: await show(old) };
}

async function converted(object: KubeObject, request: AdmissionRequest, kind: Kind): Promise<KubeObject> {
  if (kind.custom) {
    if (kind === spokenKind(request)) return object;
    const [other] = await kind.custom.convertTo([object], groupVersionOf(kind));
    return other ?? object;
  }
  return typed(kind, kind.storedAs ? kind.storedAs.fromStored(object) : object);
}

/** Makes the request's object what a webhook has made of it, seen as `kind`. */
export async function takeOver(request: AdmissionRequest, changed: Draft, kind: Kind): Promise<void> {
  const object = request.object as Draft;
  const next = request.objectKind ? changed : await stored(changed, request, kind);
  for (const field of Object.keys(object)) delete object[field];
  Object.assign(object, next);
}

async function stored(changed: Draft, request: AdmissionRequest, kind: Kind): Promise<Draft> {
  const { kind: own } = request;
  if (kind.custom) {
    if (kind === spokenKind(request)) return changed;
    const [back] = (await kind.custom.convertTo([changed as KubeObject], groupVersionOf(own))) ?? [];
    return structuredCopy(back ?? changed) as unknown as Draft;
  }
  const made = kind.storedAs ? kind.storedAs.toStored(changed) : changed;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = made;
  return rest as Draft;
}
