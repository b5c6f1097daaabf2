import { defineKind } from "../kind.ts";
import { webhookPrinter } from "./admission-printers.ts";
import { webhookStrategy } from "./webhook-strategy.ts";

export const validatingWebhookConfiguration = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  categories: ["api-extensions"],
  namespaced: false,
  type: "admissionregistration/v1.ValidatingWebhookConfiguration",
  printer: webhookPrinter,
  strategy: webhookStrategy(false),
});
