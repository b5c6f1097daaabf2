import { defineKind } from "../kind.ts";
import { bindingPrinter } from "./admission-printers.ts";
import { mutatingBindingStrategy } from "./policy-strategies.ts";

export const mutatingAdmissionPolicyBinding = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicyBinding",
  plural: "mutatingadmissionpolicybindings",
  namespaced: false,
  categories: ["api-extensions"],
  storageVersion: "v1beta1",
  type: "admissionregistration/v1.MutatingAdmissionPolicyBinding",
  printer: bindingPrinter,
  strategy: mutatingBindingStrategy,
});
