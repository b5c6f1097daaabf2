import { defineKind } from "../kind.ts";

export const mutatingAdmissionPolicy = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  namespaced: false,
  type: "admissionregistration/v1.MutatingAdmissionPolicy",
});
