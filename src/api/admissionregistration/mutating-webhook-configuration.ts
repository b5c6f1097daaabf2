import { defineKind } from "../kind.ts";
import { webhookPrinter } from "./admission-printers.ts";
import { webhookStrategy } from "./webhook-strategy.ts";

export const mutatingWebhookConfiguration = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingWebhookConfiguration",
  plural: "mutatingwebhookconfigurations",
  categories: ["api-extensions"],
  namespaced: false,
  type: "admissionregistration/v1.MutatingWebhookConfiguration",
  printer: webhookPrinter,
  strategy: webhookStrategy(true),
});
