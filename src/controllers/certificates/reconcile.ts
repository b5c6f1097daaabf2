/** Approves, signs and clears away requests for certificates. */
import { certificateSigningRequest } from "../../api/certificates/certificate-signing-request.ts";
import { ApiError } from "../../api/errors.ts";
import type * as certificates from "../../api/generated/certificates-v1.ts";
import type { Shared } from "../../api/object.ts";
import { decodeBase64, encodeBase64 } from "../../base/base64.ts";
import { during, rfc3339 } from "../../base/clock.ts";
import type { KindOf } from "../../client/client.ts";
import { againIn, type Controller, done, type ReconcileContext } from "../../reconciler/controller.ts";
import type { CertificateAuthority } from "./authority.ts";
import { dueMs, kubeletClientSigner, lifeSeconds, refusal, signers } from "./rules.ts";

const requests: KindOf<certificates.CertificateSigningRequest> = certificateSigningRequest;
type Request = Shared<certificates.CertificateSigningRequest>;

/** Whether who made the request may create this subresource of requests: `nodeclient`. */
export type MayCreate = (request: Request, subresource: string) => Promise<boolean>;

const textOf = (base64: string): string => new TextDecoder().decode(decodeBase64(base64));
const has = ({ status }: Request, ...types: string[]): boolean =>
  status?.conditions?.some(({ type, status: state }) => types.includes(type) && state === "True") ?? false;

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
}

/** Approves what kubelets ask for themselves, if they may. */
export const certificateApprover = (
  authority: CertificateAuthority,
  mayCreate: MayCreate,
): Controller<certificates.CertificateSigningRequest> => ({
  name: "certificate-controller",
  reconciles: requests,
  async reconcile(key, { cache, client }) {
    const request = cache(requests).get(key);
    if (!request || request.spec.signerName !== kubeletClientSigner) return done;
    if (request.status?.certificate || has(request, "Approved", "Denied")) return done;
    const requested = authority.read(textOf(request.spec.request));
    if (refusal(kubeletClientSigner, requested, request.spec.usages ?? [])) return done;
    const isItself = request.spec.username === requested.commonName;
    const message =
      isItself && (await mayCreate(request, "selfnodeclient"))
        ? "Auto approving self kubelet client certificate after SubjectAccessReview."
        : (await mayCreate(request, "nodeclient"))
          ? "Auto approving kubelet client certificate after SubjectAccessReview."
          : undefined;
    if (message === undefined) return done;
    const approved = { type: "Approved", status: "True", reason: "AutoApproved", message };
    const status = { ...request.status, conditions: [...(request.status?.conditions ?? []), approved] };
    await client.update(requests, { ...request, status }, { subresource: "approval" }).catch(ignoreGone);
    return done;
  },
});

/** Signs what has been approved, as the signers that Kubernetes itself has. */
export const certificateSigner = (
  authority: CertificateAuthority,
): Controller<certificates.CertificateSigningRequest> => ({
  name: "certificate-controller",
  reconciles: requests,
  async reconcile(key, context) {
    const request = context.cache(requests).get(key);
    if (!request || request.status?.certificate || !has(request, "Approved") || has(request, "Failed", "Denied")) {
      return done;
    }
    if (signers.some((signer) => signer === request.spec.signerName)) await sign(request, authority, context);
    return done;
  },
});

async function sign(request: Request, authority: CertificateAuthority, context: ReconcileContext): Promise<void> {
  const { client, clock } = context;
  const { signerName, usages = [], expirationSeconds } = request.spec;
  const pem = textOf(request.spec.request);
  const message = refusal(signerName, authority.read(pem), usages);
  const { status } = request;
  if (message !== undefined) {
    const lastUpdateTime = rfc3339(clock.now());
    const failed = { type: "Failed", status: "True", reason: "SignerValidationFailure", message, lastUpdateTime };
    const next = { ...status, conditions: [...(status?.conditions ?? []), failed] };
    await client.update(requests, { ...request, status: next }, { subresource: "status" }).catch(ignoreGone);
    return;
  }
  const signed = await during(clock, authority.sign(pem, { usages, seconds: lifeSeconds(expirationSeconds) }));
  const certificate = encodeBase64(new TextEncoder().encode(signed));
  await client
    .update(requests, { ...request, status: { ...status, certificate } }, { subresource: "status" })
    .catch(ignoreGone);
}

/** Requests that are decided, or that nobody decided, go after a while. */
export const certificateCleaner: Controller<certificates.CertificateSigningRequest> = {
  name: "certificate-controller",
  reconciles: requests,
  async reconcile(key, { cache, client, clock }) {
    const request = cache(requests).get(key);
    const due = request && dueMs(request);
    if (due === undefined) return done;
    const wait = due - clock.now();
    if (wait > 0) return againIn(wait);
    await client.delete(requests, { name: key }).catch(ignoreGone);
    return done;
  },
};
