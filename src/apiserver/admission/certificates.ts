/** Who may approve and sign requests for certificates, and what may not be asked for (upstream's CertificateApproval, CertificateSigning and CertificateSubjectRestriction). */
import type { CertificateSigningRequest } from "../../api/generated/certificates-v1.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import type { User } from "../context.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { refused } from "./refuse.ts";

export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}
/** Reads the subject of a request as it stands in an object (PEM in base64). Rejects for what is no request. */
export type SubjectOf = (request: string) => Promise<Subject>;

const clientSigner = "kubernetes.io/kube-apiserver-client";
const isRequest = ({ kind }: AdmissionRequest): boolean => kind.plural === "certificatesigningrequests";
const asked = (object: unknown): CertificateSigningRequest => object as CertificateSigningRequest;

/** By the signer's own name, or by all of its domain: `example.com/*`. */
async function maySign(authorizer: Authorizer, user: User, verb: string, signer: string): Promise<boolean> {
  for (const name of [signer, `${signer.split("/", 1)[0]}/*`]) {
    const { allowed } = await authorizer.authorize({
      ...{ user, verb, isResource: true, group: "certificates.k8s.io", version: "*", resource: "signers" },
      ...{ subresource: "", namespace: "", name, path: "" },
    });
    if (allowed) return true;
  }
  return false;
}

export const certificateApproval = (authorizer: Authorizer): AdmissionPlugin => ({
  name: "CertificateApproval",
  async validate(request) {
    if (!isRequest(request) || request.operation !== "UPDATE" || request.subresource !== "approval") return;
    const { signerName } = asked(request.old).spec;
    if (await maySign(authorizer, request.context.user, "approve", signerName)) return;
    throw refused(request, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
  },
});

export const certificateSigning = (authorizer: Authorizer): AdmissionPlugin => ({
  name: "CertificateSigning",
  async validate(request) {
    if (!isRequest(request) || request.operation !== "UPDATE" || request.subresource !== "status") return;
    const [old, now] = [asked(request.old), asked(request.object)];
    const said = ({ status }: CertificateSigningRequest): string =>
      JSON.stringify([status?.certificate ?? "", status?.conditions ?? []]);
    if (said(old) === said(now)) return;
    const { signerName } = old.spec;
    if (await maySign(authorizer, request.context.user, "sign", signerName)) return;
    throw refused(request, `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`);
  },
});

export const certificateSubjectRestriction = (subjectOf: SubjectOf): AdmissionPlugin => ({
  name: "CertificateSubjectRestriction",
  async validate(request) {
    if (!isRequest(request) || request.operation !== "CREATE" || request.subresource !== "") return;
    const { spec } = asked(request.object);
    if (spec.signerName !== clientSigner) return;
    let subject: Subject;
    try {
      subject = await subjectOf(spec.request ?? "");
    } catch (error) {
      throw refused(request, `failed to parse CSR: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (subject.organizations.includes("system:masters"))
      throw refused(request, `use of ${clientSigner} signer with system:masters group is not allowed`);
  },
});
