/** The webhooks that are configured, in the order in which they are called, each ready to be asked whether it is concerned. */
import { mutatingWebhookConfiguration } from "../../../api/admissionregistration/mutating-webhook-configuration.ts";
import { validatingWebhookConfiguration } from "../../../api/admissionregistration/validating-webhook-configuration.ts";
import { type Webhook, webhooksOf } from "../../../api/admissionregistration/validation/webhooks.ts";
import type { Catalog } from "../../../api/catalog.ts";
import type { Kind } from "../../../api/kind.ts";
import type { KubeObject } from "../../../api/object.ts";
import type { Store } from "../../../store/store.ts";
import { KeptObjects } from "../../registry/kept-objects.ts";
import type { Registry } from "../../registry/registry.ts";
import type { AdmissionRequest } from "../admission.ts";
import { isExempt, matchesNamespace, matchesObject, matchingKind } from "../matching.ts";

export interface ConfiguredWebhook {
  readonly hook: Webhook;
  readonly configuration: string;
  /** Tells webhooks apart over all configurations. */
  readonly id: string;
}

export class Webhooks {
  readonly mutating = new KeptObjects(mutatingWebhookConfiguration, configured);
  readonly validating = new KeptObjects(validatingWebhookConfiguration, configured);

  async start(store: Store<KubeObject>): Promise<void> {
    await Promise.all([this.mutating.start(store), this.validating.start(store)]);
  }

  stop(): void {
    this.mutating.stop();
    this.validating.stop();
  }
}

function configured(object: KubeObject): readonly ConfiguredWebhook[] {
  const configuration = object.metadata.name ?? "";
  const seen = new Map<string, number>();
  return webhooksOf(object).map((hook) => {
    const times = seen.get(hook.name) ?? 0;
    seen.set(hook.name, times + 1);
    return { hook, configuration, id: `${configuration}/${hook.name}/${times}` };
  });
}

/** The kind through which a webhook is concerned with a request; undefined: it is not. Throws ApiError. */
export async function concerned(
  hook: Webhook,
  request: AdmissionRequest,
  catalog: Catalog,
  registry: Registry,
): Promise<Kind | undefined> {
  if (isExempt(request)) return undefined;
  const kind = matchingKind(hook.rules, hook.matchPolicy, request, catalog);
  if (!kind || !matchesObject(hook.objectSelector, request)) return undefined;
  return (await matchesNamespace(hook.namespaceSelector, request, registry)) ? kind : undefined;
}
