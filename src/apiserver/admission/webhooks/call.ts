/** One call of one webhook: the same for those that change objects and those that only look. */

import type { Webhook } from "../../../api/admissionregistration/validation/webhooks.ts";
import { ApiError, badRequest, internal } from "../../../api/errors.ts";
import { preciseMs } from "../../../base/clock.ts";
import { uuid } from "../../../base/random.ts";
import type { WebhookOutcome } from "../../monitoring/admission-metrics.ts";
import type { Registry } from "../../registry/registry.ts";
import type { WebhookCaller } from "../../webhooks/caller.ts";
import type { AdmissionRequest } from "../admission.ts";
import { refusalOf, reviewOf, type Seen, type Verdict, verdictOf } from "./review.ts";

/** The webhook could not be asked, or its answer means nothing: its failure policy says what that means. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
}

export interface Calling {
  readonly registry: Registry;
  readonly caller: WebhookCaller;
  readonly mutates: boolean;
}

/** Asks, and passes warnings and audit annotations on. Rejects with ApiError for a refusal, and with CallFailed. */
export async function callWebhook(
  hook: Webhook,
  request: AdmissionRequest,
  seen: Seen,
  calling: Calling,
): Promise<Verdict> {
  const { admission, clock } = calling.registry;
  const { metrics } = admission;
  if (!metrics) return ask(hook, request, seen, calling);
  const call = {
    name: hook.name,
    type: calling.mutates ? "admit" : "validating",
    operation: request.operation,
  } as const;
  const began = preciseMs(clock);
  try {
    const verdict = await ask(hook, request, seen, calling);
    metrics.webhook(call, preciseMs(clock) - began, { rejected: false, code: 200 });
    return verdict;
  } catch (error) {
    metrics.webhook(call, preciseMs(clock) - began, outcomeOf(error, hook));
    throw error;
  }
}

function outcomeOf(error: unknown, hook: Webhook): WebhookOutcome {
  if (!(error instanceof CallFailed)) return { rejected: true, code: error instanceof ApiError ? error.code : 500 };
  const failedOpen = ignoresFailures(hook);
  return { rejected: !failedOpen, code: failedOpen ? 200 : 500, isCallFault: true, failedOpen };
}

async function ask(
  hook: Webhook,
  request: AdmissionRequest,
  seen: Seen,
  { registry, caller, mutates }: Calling,
): Promise<Verdict> {
  const { context } = request;
  if (request.dryRun && !["None", "NoneOnDryRun"].includes(hook.sideEffects ?? ""))
    throw badRequest(`admission webhook ${JSON.stringify(hook.name)} does not support dry run`);
  const failed = (why: string): CallFailed =>
    new CallFailed(`failed calling webhook ${JSON.stringify(hook.name)}: ${why}`);
  const review = reviewOf(request, seen, hook.admissionReviewVersions, uuid(registry.random));
  if (!review) {
    const why = "webhook does not accept known AdmissionReview versions (v1, v1beta1)";
    throw failed(`could not create admission objects: ${why}`);
  }
  const timeoutMs = (hook.timeoutSeconds ?? 10) * 1000;
  const answer = await caller
    .call(hook.clientConfig, review.body, { timeoutMs, signal: context.signal })
    .catch((error: unknown) => {
      throw failed(`failed to call webhook: ${error instanceof Error ? error.message : String(error)}`);
    });
  const verdict = verdictOf(answer, review, mutates);
  if (typeof verdict === "string") throw failed(`received invalid webhook response: ${verdict}`);
  for (const [key, value] of Object.entries(verdict.auditAnnotations)) context.audit?.(`${hook.name}/${key}`, value);
  context.warnings.push(...verdict.warnings);
  if (!verdict.allowed) throw refusalOf(hook.name, verdict.status);
  return verdict;
}

export const ignoresFailures = ({ failurePolicy }: Webhook): boolean => failurePolicy === "Ignore";

/** What a failure that is not ignored is to the client. */
export const asFailure = (error: unknown): unknown =>
  error instanceof CallFailed ? internal(error.message) : error instanceof ApiError ? error : internal(String(error));
