/** Conditions in CEL that decide, last of all, whether a webhook is called (KEP-3716). */
import type { CompiledExpression } from "../../../api/admissionregistration/expressions/compiled-expression.ts";
import { compileConditions, conditionsHold } from "../../../api/admissionregistration/expressions/conditions.ts";
import type { Webhook } from "../../../api/admissionregistration/validation/webhooks.ts";
import type { Authorizer } from "../../authz/authorizer.ts";
import type { AdmissionRequest } from "../admission.ts";
import { authorityOf, inputsOf } from "../policies/inputs.ts";
import { refused } from "../refuse.ts";
import type { Seen } from "./review.ts";

export class MatchConditions {
  readonly #authorizer: Authorizer;
  readonly #compiled = new WeakMap<Webhook, readonly CompiledExpression[]>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  /** Throws ApiError where a condition cannot be told and the webhook's failure policy is to fail. */
  match(hook: Webhook, request: AdmissionRequest, seen: Seen): boolean {
    if (!hook.matchConditions?.length) return true;
    let compiled = this.#compiled.get(hook);
    if (!compiled) {
      compiled = compileConditions(hook.matchConditions, { params: false });
      this.#compiled.set(hook, compiled);
    }
    const holds = conditionsHold(compiled, inputsOf(request, seen, authorityOf(this.#authorizer)));
    if (typeof holds === "boolean") return holds;
    if (hook.failurePolicy === "Ignore") return false;
    throw refused(request, holds.error);
  }
}
