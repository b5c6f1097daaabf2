/** Conditions in CEL that decide, last of all, whether a webhook is called (KEP-3716). */
import type { Webhook } from "../../../api/admissionregistration/validation/webhooks.ts";
import type { AdmissionRequest } from "../admission.ts";
import type { Seen } from "./review.ts";

export interface MatchConditions {
  /** Throws ApiError where a condition cannot be told and the webhook's failure policy is to fail. */
  match(hook: Webhook, request: AdmissionRequest, seen: Seen): Promise<boolean> | boolean;
}
