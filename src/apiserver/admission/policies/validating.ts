/** ValidatingAdmissionPolicy: rules in CEL that look at what would be stored (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/). */
import type { ValidatingBinding } from "../../../api/admissionregistration/validation/validating-policies.ts";
import type { Authority } from "../../../api/cel/library/authorizer.ts";
import { ApiError, type Reason, statusOf } from "../../../api/errors.ts";
import { utf8Length } from "../../../api/validation/names.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import { isExempt } from "../matching.ts";
import { refused } from "../refuse.ts";
import { seenAs } from "../webhooks/seen.ts";
import type { CompiledValidatingPolicy } from "./compiled.ts";
import { type Around, ConfigurationError, concernedKind, kindOfParams, paramsOf } from "./concerned.ts";
import type { Bound } from "./configured.ts";
import { authorityOf, inputsOf, namespaceOf } from "./inputs.ts";
import { type Denial, type Judgement, judge } from "./judge.ts";
import type { PolicyOptions } from "./mutating.ts";

const longestAnnotation = 10 * 1024;

interface Refusal extends Pick<Denial, "message" | "reason"> {
  readonly policy: string;
  /** None, where the policy itself is at fault. */
  readonly binding?: string;
}

export function validatingPolicies({ policies, registry, catalog, authorizer }: PolicyOptions): AdmissionPlugin {
  return {
    name: "ValidatingAdmissionPolicy",
    async validate(request) {
      const { all } = policies.validating;
      if (!all.length || isExempt(request)) return;
      const around: Around = { catalog, registry: registry() };
      const authority = authorityOf(authorizer);
      const refusals: Refusal[] = [];
      for (const bound of all) refusals.push(...(await new Look(request, bound, around, authority).refusals()));
      const [first] = refusals;
      if (first) throw refusalOf(first, request);
    },
  };
}

/** One policy looking at one request. */
class Look {
  readonly #request: AdmissionRequest;
  readonly #policy: CompiledValidatingPolicy;
  readonly #bindings: readonly ValidatingBinding[];
  readonly #around: Around;
  readonly #authority: Authority;
  readonly #annotations = new Map<string, string[]>();

  constructor(
    request: AdmissionRequest,
    { policy, bindings }: Bound<CompiledValidatingPolicy, ValidatingBinding>,
    around: Around,
    authority: Authority,
  ) {
    this.#request = request;
    this.#policy = policy;
    this.#bindings = bindings;
    this.#around = around;
    this.#authority = authority;
  }

  async refusals(): Promise<readonly Refusal[]> {
    const { spec } = this.#policy.policy;
    try {
      const kind = await concernedKind(spec.matchConstraints, this.#request, this.#around);
      if (!kind) return [];
      const paramKind = kindOfParams(spec.paramKind, this.#around.catalog);
      const refusals: Refusal[] = [];
      for (const binding of this.#bindings) refusals.push(...(await this.#ofBinding(binding, kind, paramKind)));
      this.#publish();
      return refusals;
    } catch (error) {
      return this.#misconfigured(error, "policy");
    }
  }

  #misconfigured(error: unknown, what: "policy" | "binding", binding?: string): readonly Refusal[] {
    if (!(error instanceof ConfigurationError)) throw error;
    if (this.#policy.ignoresFailures) return [];
    const message = `failed to configure ${what}: ${error.message}`;
    return [{ policy: this.#policy.name, ...(binding !== undefined && { binding }), message }];
  }

  async #ofBinding(
    binding: ValidatingBinding,
    kind: Parameters<typeof seenAs>[1],
    paramKind: Parameters<typeof paramsOf>[0],
  ): Promise<readonly Refusal[]> {
    const name = binding.metadata.name ?? "";
    const { paramRef, matchResources } = binding.spec;
    const { registry } = this.#around;
    try {
      if (!(await concernedKind(matchResources, this.#request, this.#around))) return [];
      const params = await paramsOf(paramKind, paramRef, this.#request, registry);
      if (!params.length) return [];
      const seen = await seenAs(this.#request, kind);
      const inputs = inputsOf(this.#request, seen, this.#authority, await namespaceOf(this.#request, registry));
      return params.flatMap((one) => this.#act(binding, name, judge(this.#policy, { ...inputs, params: one })));
    } catch (error) {
      return this.#misconfigured(error, "binding", name);
    }
  }

  /** Does what the binding says is to be done with what was found. */
  #act(binding: ValidatingBinding, name: string, { denials, annotations, faults }: Judgement): Refusal[] {
    const { context } = this.#request;
    const by = { policy: this.#policy.name, binding: name };
    const actions = binding.spec.validationActions ?? [];
    const refusals: Refusal[] = [];
    for (const { message, reason, index } of denials) {
      for (const action of actions) {
        if (action === "Deny") refusals.push({ ...by, message, ...(reason && { reason }) });
        else if (action === "Warn") context.warnings.push(`Validation failed for ${introduced(by)}: ${message}`);
        else if (action === "Audit") {
          const entry = { message, policy: binding.spec.policyName, binding: name, expressionIndex: index };
          const value = JSON.stringify([{ ...entry, validationActions: actions }]);
          context.audit?.("validation.policy.admission.k8s.io/validation_failure", value);
        }
      }
    }
    for (const { key, value } of annotations) this.#collect(key, value);
    return [...refusals, ...faults.map((message) => ({ ...by, message }))];
  }

  #collect(key: string, value: string): void {
    const shown = utf8Length(value) > longestAnnotation ? value.slice(0, longestAnnotation) : value;
    const values = this.#annotations.get(key) ?? [];
    if (!values.includes(shown)) this.#annotations.set(key, [...values, shown]);
  }

  #publish(): void {
    for (const [key, values] of this.#annotations)
      this.#request.context.audit?.(`${this.#policy.name}/${key}`, values.join(", "));
  }
}

const introduced = ({ policy, binding }: { readonly policy: string; readonly binding?: string }): string =>
  `ValidatingAdmissionPolicy '${policy}'${binding === undefined ? "" : ` with binding '${binding}'`}`;

function refusalOf(refusal: Refusal, request: AdmissionRequest): ApiError {
  const text = `${introduced(refusal)} denied request: ${refusal.message}`;
  const { message, details } = refused(request, text);
  const reason = (refusal.reason ?? "Invalid") as Reason;
  return new ApiError(reason, message, { ...details, causes: [{ message: text }] }, statusOf[reason] ?? 422);
}
