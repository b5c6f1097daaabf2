import { defineKind } from "../kind.ts";
import { validatingPolicyPrinter } from "./admission-printers.ts";
import { validatingPolicyStatus, validatingPolicyStrategy } from "./policy-strategies.ts";

export const validatingAdmissionPolicy = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  categories: ["api-extensions"],
  namespaced: false,
  type: "admissionregistration/v1.ValidatingAdmissionPolicy",
  status: validatingPolicyStatus,
  printer: validatingPolicyPrinter,
  strategy: validatingPolicyStrategy,
});
