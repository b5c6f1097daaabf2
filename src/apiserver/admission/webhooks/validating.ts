/** ValidatingAdmissionWebhook: webhooks that look at what would be stored, all at once. */
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import { asFailure, CallFailed, callWebhook, ignoresFailures } from "./call.ts";
import { type ConfiguredWebhook, concerned } from "./configurations.ts";
import type { WebhookOptions } from "./mutating.ts";
import type { Seen } from "./review.ts";
import { seenAs } from "./seen.ts";

export function validatingWebhooks(options: WebhookOptions): AdmissionPlugin {
  return {
    name: "ValidatingAdmissionWebhook",
    async validate(request) {
      if (options.webhooks.validating.isEmpty) return;
      const relevant: { readonly configured: ConfiguredWebhook; readonly seen: Seen }[] = [];
      for (const configured of options.webhooks.validating.all.flat()) {
        const kind = await concerned(configured.hook, request, options.catalog, options.registry());
        const seen = kind && (await seenAs(request, kind));
        if (seen && (await options.conditions.match(configured.hook, request, seen)))
          relevant.push({ configured, seen });
      }
      const calls = relevant.map(({ configured, seen }, index) => look(configured, index, request, seen, options));
      const faults = (await Promise.allSettled(calls)).filter(({ status }) => status === "rejected");
      const [first] = faults as PromiseRejectedResult[];
      if (first) throw first.reason;
    },
  };
}

async function look(
  { hook }: ConfiguredWebhook,
  index: number,
  request: AdmissionRequest,
  seen: Seen,
  { registry, caller }: WebhookOptions,
): Promise<void> {
  try {
    await callWebhook(hook, request, seen, { registry: registry(), caller, mutates: false });
  } catch (error) {
    if (!(error instanceof CallFailed) || !ignoresFailures(hook)) throw asFailure(error);
    request.context.audit?.(`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, hook.name);
  }
}
