/** What requests for devices mean that do not say it. */
import type {
  DeviceClaim,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceClaimTemplate,
} from "../generated/resource-v1.ts";
import type { Draft, KubeObject } from "../object.ts";

export const asClaim = (object: Draft | KubeObject): ResourceClaim => object as unknown as ResourceClaim;
export const asTemplate = (object: Draft | KubeObject): ResourceClaimTemplate =>
  object as unknown as ResourceClaimTemplate;

function fill(request: Pick<ExactDeviceRequest, "allocationMode" | "count" | "tolerations">): void {
  request.allocationMode ||= "ExactCount";
  if (request.allocationMode === "ExactCount" && !request.count) request.count = 1;
  for (const toleration of request.tolerations ?? []) toleration.operator ||= "Equal";
}

export function fillRequests(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable } of claim?.requests ?? []) {
    if (exactly) fill(exactly);
    for (const one of firstAvailable ?? []) fill(one);
  }
}
