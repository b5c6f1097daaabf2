import { defineKind } from "../kind.ts";

export const validatingAdmissionPolicy = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  categories: ["api-extensions"],
  namespaced: false,
  type: "admissionregistration/v1.ValidatingAdmissionPolicy",
  status: true,
});
