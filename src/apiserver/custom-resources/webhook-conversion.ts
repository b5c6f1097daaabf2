/**
 * Objects of one version made those of another by a webhook
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion).
 * What an object is called, and all of its metadata but labels and annotations, a webhook cannot change.
 */
import type { ConvertObjects } from "../../api/apiextensions/custom-kind.ts";
import { reviewVersions } from "../../api/apiextensions/definition/conversion-errors.ts";
import type { Definition } from "../../api/apiextensions/definition/versions.ts";
import { internal } from "../../api/errors.ts";
import { isMap, type KubeObject, type ObjectMeta } from "../../api/object.ts";
import { type Random, uuid } from "../../base/random.ts";
import type { WebhookCaller, WebhookClient } from "../webhooks/caller.ts";

/** As long as upstream's client waits. */
const timeoutMs = 30_000;

export function webhookConversion(definition: Definition, caller: WebhookCaller, random: Random): ConvertObjects {
  const webhook = definition.spec.conversion?.webhook;
  const version = webhook?.conversionReviewVersions?.find((one) => reviewVersions.includes(one)) ?? "v1";
  const client = (webhook?.clientConfig ?? {}) as WebhookClient;
  return async (objects, apiVersion) => {
    const what = `conversion webhook for ${objects[0]?.apiVersion}, Kind=${objects[0]?.kind}`;
    const uid = uuid(random);
    const body = {
      ...{ kind: "ConversionReview", apiVersion: `apiextensions.k8s.io/${version}` },
      request: { uid, desiredAPIVersion: apiVersion, objects },
    };
    const answer = await caller.call(client, body, { timeoutMs }).catch((error: unknown) => {
      throw internal(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    const converted = objectsIn(answer, uid, version);
    if (typeof converted === "string") throw internal(`${what} failed: ${converted}`);
    if (converted.length !== objects.length)
      throw internal(`${what} returned ${converted.length} objects, expected ${objects.length}`);
    return objects.map((object, i) => {
      const made = accepted(object, converted[i], apiVersion);
      if (typeof made === "string") throw internal(`${what} returned invalid object at index ${i}: ${made}`);
      return made;
    });
  };
}

/** The objects of an answer, or what is wrong with it. */
function objectsIn(answer: unknown, uid: string, version: string): readonly unknown[] | string {
  const { apiVersion, kind, response } = (isMap(answer) ? answer : {}) as Partial<Record<string, unknown>>;
  const wanted = `apiextensions.k8s.io/${version}`;
  if (version === "v1" && (apiVersion !== wanted || kind !== "ConversionReview")) {
    const got = `${String(apiVersion ?? "/")}, Kind=${String(kind ?? "")}`;
    return `expected webhook response of ${wanted}, Kind=ConversionReview, got ${got}`;
  }
  if (!isMap(response)) return "no response provided";
  if (version === "v1" && response.uid !== uid)
    return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? "")}`;
  const result = (isMap(response.result) ? response.result : {}) as { status?: string; message?: string };
  if (result.status !== "Success")
    return result.message || `response.result.status was '${result.status ?? ""}', not 'Success'`;
  return Array.isArray(response.convertedObjects) ? response.convertedObjects : [];
}

/** The converted object with the metadata of the original, or why it is none. */
function accepted(original: KubeObject, converted: unknown, apiVersion: string): KubeObject | string {
  if (!isMap(converted)) return "it is no object";
  const made = converted as unknown as KubeObject;
  if (made.apiVersion !== apiVersion)
    return `invalid groupVersion (expected ${apiVersion}, received ${String(made.apiVersion)})`;
  if (made.kind !== original.kind) return `invalid kind (expected ${original.kind}, received ${String(made.kind)})`;
  if (!isMap(made.metadata)) return "missing metadata in converted object";
  const { metadata } = original;
  for (const [field, word] of [
    ["name", "name"],
    ["namespace", "namespace"],
    ["uid", "UID"],
  ] as const) {
    const [was, is] = [metadata[field] ?? "", made.metadata[field] ?? ""];
    if (was !== is) return `must have the same ${word}: ${was} != ${is}`;
  }
  for (const field of ["labels", "annotations"] as const)
    for (const [key, value] of Object.entries(made.metadata[field] ?? {}))
      if (typeof value !== "string") return `metadata.${field}[${key}] must be a string in converted object`;
  return { ...made, metadata: metadataOf(metadata, made.metadata) };
}

function metadataOf(original: Readonly<ObjectMeta>, converted: Readonly<ObjectMeta>): ObjectMeta {
  const { labels: _l, annotations: _a, ...metadata } = original;
  const { labels, annotations } = converted;
  return { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) };
}
