/** MutatingAdmissionWebhook: webhooks that change objects, one after another. */
import type { Catalog } from "../../../api/catalog.ts";
import { internal } from "../../../api/errors.ts";
import type { Kind } from "../../../api/kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../../../api/object.ts";
import { jsonPatch, readJsonPatch } from "../../../api/patch/json-patch.ts";
import { type JsonObject, structuredCopy } from "../../../api/schema/decode.ts";
import { base64ToUtf8 } from "../../../base/base64.ts";
import { asTarget } from "../../encode/body.ts";
import type { Registry } from "../../registry/registry.ts";
import type { WebhookCaller } from "../../webhooks/caller.ts";
import type { AdmissionPlugin, AdmissionRequest, Rounds } from "../admission.ts";
import { asFailure, CallFailed, callWebhook, ignoresFailures } from "./call.ts";
import { type ConfiguredWebhook, concerned, type Webhooks } from "./configurations.ts";
import type { MatchConditions } from "./match-conditions.ts";
import { seenAs, takeOver } from "./seen.ts";

export interface WebhookOptions {
  readonly registry: () => Registry;
  readonly catalog: Catalog;
  readonly caller: WebhookCaller;
  readonly webhooks: Webhooks;
  readonly conditions: MatchConditions;
}

/** What is remembered from the first round to the second. */
interface Called {
  /** Webhooks that want to see what others have changed after them. */
  readonly again: Set<string>;
  /** Those of them after which something was changed. */
  readonly due: Set<string>;
  /** The object as the webhooks left it. */
  last?: Draft;
}

export function mutatingWebhooks(options: WebhookOptions): AdmissionPlugin {
  const plugin: AdmissionPlugin = {
    name: "MutatingAdmissionWebhook",
    async admit(request, rounds) {
      if (options.webhooks.mutating.isEmpty) return;
      const called = rounds.notes<Called>(plugin, () => ({ again: new Set(), due: new Set() }));
      const isAgain = rounds.round > 0;
      // what plugins of the server have changed in the second round, webhooks see, too
      if (isAgain && !deepEqual(called.last, request.object)) for (const id of called.again) called.due.add(id);
      const all = options.webhooks.mutating.all.flat();
      for (const [index, configured] of all.entries()) {
        if (isAgain && !called.due.has(configured.id)) continue;
        called.due.delete(configured.id);
        await callOne(configured, index, request, rounds, called, options);
      }
      if (request.object) called.last = structuredCopy(request.object);
    },
  };
  return plugin;
}

async function callOne(
  { hook, configuration, id }: ConfiguredWebhook,
  index: number,
  request: AdmissionRequest,
  rounds: Rounds,
  called: Called,
  { registry, catalog, caller, conditions }: WebhookOptions,
): Promise<void> {
  const kind = await concerned(hook, request, catalog, registry());
  if (!kind) return;
  const seen = await seenAs(request, kind);
  if (!(await conditions.match(hook, request, seen))) return;
  const key = `round_${rounds.round}_index_${index}`;
  const note = (prefix: string, value: object): void =>
    request.context.audit?.(`${prefix}.webhook.admission.k8s.io/${key}`, JSON.stringify(value));
  const about = { configuration, webhook: hook.name };
  let mutated = false;
  try {
    const calling = { registry: registry(), caller, mutates: true };
    const { patch } = await callWebhook(hook, request, seen, calling);
    if (patch) {
      const changed = patched(hook.name, patch, seen.object, request, kind);
      note("patch", { ...about, patch: changed.operations, patchType: "JSONPatch" });
      mutated = !deepEqual(changed.object, seen.object);
      if (mutated) await takeOver(request, changed.object, kind);
    }
  } catch (error) {
    if (!(error instanceof CallFailed) || !ignoresFailures(hook)) throw asFailure(error);
    request.context.audit?.(`failed-open.mutation.webhook.admission.k8s.io/${key}`, hook.name);
  } finally {
    note("mutation", { ...about, mutated });
  }
  if (mutated) {
    for (const other of called.again) called.due.add(other);
    rounds.wanted = true;
  }
  if (hook.reinvocationPolicy === "IfNeeded") called.again.add(id);
}

/** The object with a webhook's patch, completed as if a client had sent it. */
function patched(
  name: string,
  base64: string,
  object: Draft | KubeObject | undefined,
  request: AdmissionRequest,
  kind: Kind,
): { readonly object: Draft; readonly operations: readonly unknown[] } {
  const { operations } = ((): ReturnType<typeof readJsonPatch> => {
    try {
      return readJsonPatch(base64ToUtf8(base64));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CallFailed(
        `failed calling webhook ${JSON.stringify(name)}: received undecodable patch in webhook response: ${why}`,
      );
    }
  })();
  if (!object) {
    const why = `admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`;
    throw internal(why);
  }
  if (!operations.length) return { object: object as Draft, operations };
  try {
    const json = jsonPatch(structuredCopy(object) as JsonObject, operations);
    if (request.objectKind) return { object: json as Draft, operations };
    const made = asTarget(json, kind);
    kind.strategy.defaults?.(made);
    return { object: made, operations };
  } catch (error) {
    throw internal(error instanceof Error ? error.message : String(error));
  }
}
