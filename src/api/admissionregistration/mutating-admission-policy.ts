import { defineKind } from "../kind.ts";
import { mutatingPolicyPrinter } from "./admission-printers.ts";

export const mutatingAdmissionPolicy = defineKind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  namespaced: false,
  type: "admissionregistration/v1.MutatingAdmissionPolicy",
  printer: mutatingPolicyPrinter,
});
