import { defineKind } from "../kind.ts";
import { certificateSigningRequestPrinter } from "./signing-request-printer.ts";

export const certificateSigningRequest = defineKind({
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  shortNames: ["csr"],
  namespaced: false,
  type: "certificates/v1.CertificateSigningRequest",
  status: true,
  objectSubresources: { approval: { verbs: ["get", "patch", "update"] } },
  printer: certificateSigningRequestPrinter,
});
