import { defineKind } from "../kind.ts";
import { bindingPrinter } from "./admission-printers.ts";
import { validatingBindingStrategy } from "./policy-strategies.ts";

export const validatingAdmissionPolicyBinding = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  categories: ["api-extensions"],
  namespaced: false,
  type: "admissionregistration/v1.ValidatingAdmissionPolicyBinding",
  printer: bindingPrinter,
  strategy: validatingBindingStrategy,
});
