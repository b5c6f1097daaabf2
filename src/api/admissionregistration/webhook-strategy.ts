/** How configurations of webhooks are completed and checked, of both kinds alike. */
import type { Strategy } from "../kind.ts";
import type { Draft } from "../object.ts";
import { webhookConfigurationErrors } from "./validation/webhooks.ts";

interface WebhookDraft {
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: object;
  objectSelector?: object;
  timeoutSeconds?: number;
  reinvocationPolicy?: string;
  rules?: { scope?: string }[];
  clientConfig?: { service?: { port?: number } };
}

function complete(hook: WebhookDraft): void {
  hook.failurePolicy ??= "Fail";
  hook.matchPolicy ??= "Equivalent";
  hook.namespaceSelector ??= {};
  hook.objectSelector ??= {};
  hook.timeoutSeconds ??= 10;
  for (const rule of hook.rules ?? []) rule.scope ??= "*";
  if (hook.clientConfig?.service) hook.clientConfig.service.port ??= 443;
}

export const webhookStrategy = (mutates: boolean): Strategy => ({
  generation: true,
  allowUnconditionalUpdate: false,
  defaults: (object: Draft) => {
    for (const hook of (object.webhooks ?? []) as WebhookDraft[]) {
      complete(hook);
      if (mutates) hook.reinvocationPolicy ??= "Never";
    }
  },
  validate: (object) => webhookConfigurationErrors(object),
  validateUpdate: webhookConfigurationErrors,
});
