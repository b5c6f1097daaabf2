import { defineKind } from "../kind.ts";
import { mutatingPolicyPrinter } from "./admission-printers.ts";
import { mutatingPolicyStrategy } from "./policy-strategies.ts";

export const mutatingAdmissionPolicy = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  namespaced: false,
  categories: ["api-extensions"],
  storageVersion: "v1beta1",
  type: "admissionregistration/v1.MutatingAdmissionPolicy",
  printer: mutatingPolicyPrinter,
  strategy: mutatingPolicyStrategy,
});
