/** MutatingAdmissionPolicy: changes in CEL (https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/). */
import { conditionsHold } from "../../../api/admissionregistration/expressions/conditions.ts";
import {
  BudgetSpent,
  evaluateAll,
  type Inputs,
  policyBudget,
} from "../../../api/admissionregistration/expressions/evaluation.ts";
import type { MutatingBinding } from "../../../api/admissionregistration/validation/mutating-policies.ts";
import type { Catalog } from "../../../api/catalog.ts";
import type { Authority } from "../../../api/cel/library/authorizer.ts";
import { CelError } from "../../../api/cel/values/error.ts";
import { ApiError, internal } from "../../../api/errors.ts";
import type { Kind } from "../../../api/kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../../../api/object.ts";
import { DecodeError, decode, type JsonObject, structuredCopy } from "../../../api/schema/decode.ts";
import type { Authorizer } from "../../authz/authorizer.ts";
import type { Registry } from "../../registry/registry.ts";
import type { AdmissionPlugin, AdmissionRequest, Rounds } from "../admission.ts";
import { isExempt } from "../matching.ts";
import { refused } from "../refuse.ts";
import { seenAs, takeOver } from "../webhooks/seen.ts";
import type { CompiledMutatingPolicy } from "./compiled.ts";
import { type Around, ConfigurationError, concernedKind, kindOfParams, paramsOf } from "./concerned.ts";
import type { Policies } from "./configured.ts";
import { authorityOf, inputsOf, namespaceOf } from "./inputs.ts";
import { ChangeFault, withConfiguration, withOperations } from "./patches.ts";

export interface PolicyOptions {
  readonly registry: () => Registry;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly policies: Policies;
}

/** A policy with what it looks at in a request. */
interface Invocation {
  readonly policy: CompiledMutatingPolicy;
  readonly binding: string;
  readonly kind: Kind;
  readonly params: KubeObject | undefined;
  /** Tells it from others of the same request. */
  readonly id: string;
}

interface Fault {
  readonly policy: CompiledMutatingPolicy;
  readonly binding?: string;
  readonly message: string;
  readonly reason?: "Invalid";
}

/** What is remembered from the first round to the second. */
interface Called {
  readonly again: Set<string>;
  readonly due: Set<string>;
  last?: Draft;
}

export function mutatingPolicies({ policies, registry, catalog, authorizer }: PolicyOptions): AdmissionPlugin {
  const plugin: AdmissionPlugin = {
    name: "MutatingAdmissionPolicy",
    async admit(request, rounds) {
      const { all } = policies.mutating;
      if (!all.length || isExempt(request)) return;
      const around: Around = { catalog, registry: registry() };
      const faults: Fault[] = [];
      const invocations = await invocationsOf(all, request, around, faults);
      if (invocations.length) {
        const called = rounds.notes<Called>(plugin, () => ({ again: new Set(), due: new Set() }));
        const run = new Run(request, rounds, called, around, authorityOf(authorizer));
        faults.push(...(await run.all(invocations)));
      }
      const told = faults.filter(({ policy }) => !policy.ignoresFailures);
      if (told.length) throw refusalOf(told, request);
    },
  };
  return plugin;
}

async function invocationsOf(
  all: Policies["mutating"]["all"],
  request: AdmissionRequest,
  around: Around,
  faults: Fault[],
): Promise<readonly Invocation[]> {
  const found: Invocation[] = [];
  const noting = async (policy: CompiledMutatingPolicy, binding: string | undefined, run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const message = `failed to configure ${binding === undefined ? "policy" : "binding"}: ${error.message}`;
      faults.push({ policy, message, ...(binding !== undefined && { binding }) });
    }
  };
  for (const { policy, bindings } of all) {
    await noting(policy, undefined, async () => {
      const { matchConstraints, paramKind } = policy.policy.spec;
      const kind = await concernedKind(matchConstraints, request, around);
      if (!kind) return;
      const kindOf = kindOfParams(paramKind, around.catalog);
      for (const binding of bindings) {
        await noting(policy, binding.metadata.name ?? "", async () => {
          found.push(...(await invocationsOfBinding(policy, binding, kind, kindOf, request, around)));
        });
      }
    });
  }
  return found;
}

async function invocationsOfBinding(
  policy: CompiledMutatingPolicy,
  { metadata: { name: binding = "" }, spec }: MutatingBinding,
  kind: Kind,
  paramKind: Kind | undefined,
  request: AdmissionRequest,
  around: Around,
): Promise<readonly Invocation[]> {
  if (!(await concernedKind(spec.matchResources, request, around))) return [];
  const params = await paramsOf(paramKind, spec.paramRef, request, around.registry);
  return params.map((one) => {
    const about = one ? `${one.metadata.namespace ?? ""}/${one.metadata.name}` : "";
    return { policy, binding, kind, params: one, id: JSON.stringify([policy.name, binding, about]) };
  });
}

/** The policies of one round, one after another, each over what those before it made of the object. */
class Run {
  readonly #request: AdmissionRequest;
  readonly #rounds: Rounds;
  readonly #called: Called;
  readonly #around: Around;
  readonly #authority: Authority;
  readonly #faults: Fault[] = [];

  constructor(request: AdmissionRequest, rounds: Rounds, called: Called, around: Around, authority: Authority) {
    this.#request = request;
    this.#rounds = rounds;
    this.#called = called;
    this.#around = around;
    this.#authority = authority;
  }

  async all(invocations: readonly Invocation[]): Promise<readonly Fault[]> {
    const { object } = this.#request;
    const isAgain = this.#rounds.round > 0;
    if (isAgain && !deepEqual(this.#called.last, object)) this.#callAgain();
    const namespace = await namespaceOf(this.#request, this.#around.registry);
    let isTouched = false;
    for (const invocation of invocations) {
      const { policy, params, kind, id } = invocation;
      const seen = await seenAs(this.#request, kind);
      const inputs = { ...inputsOf(this.#request, seen, this.#authority, namespace), params };
      const holds = conditionsHold(policy.conditions, inputs, policy.variables);
      if (typeof holds === "object") this.#fault(invocation, holds.error);
      if (holds !== true || (isAgain && !this.#called.due.has(id))) continue;
      if (object && (await this.#change(invocation, inputs))) isTouched = true;
      if (policy.policy.spec.reinvocationPolicy === "IfNeeded") this.#called.again.add(id);
    }
    if (isTouched) this.#callAgain();
    if (object) this.#called.last = structuredCopy(object);
    return this.#faults;
  }

  #fault({ policy, binding }: Invocation, message: string): void {
    this.#faults.push({ policy, binding, message, reason: "Invalid" });
  }

  #callAgain(): void {
    for (const id of this.#called.again) this.#called.due.add(id);
    this.#rounds.wanted = true;
  }

  /** Makes the policy's changes; false if there were none to be made. */
  async #change(invocation: Invocation, inputs: Inputs): Promise<boolean> {
    const { policy, kind } = invocation;
    const before = inputs.object as JsonObject;
    let now = before;
    let isTouched = false;
    for (const [i, expression] of policy.mutations.entries()) {
      if (!expression) continue;
      try {
        const { results } = evaluateAll([expression], { ...inputs, object: now }, policyBudget, policy.variables);
        const [result] = results;
        if (!result) continue;
        if (result.error !== undefined) throw new ChangeFault(result.error);
        const schema = this.#request.objectKind ? undefined : kind.schema;
        const byPatch = policy.policy.spec.mutations?.[i]?.patchType === "JSONPatch" || !schema;
        const next = byPatch ? withOperations(now, result.value) : withConfiguration(now, result.value, schema);
        now = this.#completed(next, kind);
        isTouched = true;
      } catch (error) {
        if (!(error instanceof ChangeFault || error instanceof BudgetSpent || error instanceof CelError)) throw error;
        this.#fault(invocation, error.message);
      }
    }
    if (!deepEqual(before, now)) await takeOver(this.#request, now as Draft, kind);
    return isTouched;
  }

  /** The object in its kind's form, with the defaults of what is new. Throws InternalError. */
  #completed(object: JsonObject, kind: Kind): JsonObject {
    if (this.#request.objectKind) return object;
    const unknown: string[] = [];
    try {
      const made = decode(kind.schema, object, unknown) as Draft;
      const fault = unknown[0];
      if (fault !== undefined && !kind.custom) throw internal(`strict decoding error: ${unknown.join(", ")}`);
      kind.strategy.defaults?.(made);
      const { apiVersion, kind: name } = object;
      return { kind: name, apiVersion, ...made };
    } catch (error) {
      if (error instanceof DecodeError) throw internal(error.message);
      throw error;
    }
  }
}

function refusalOf(faults: readonly Fault[], request: AdmissionRequest): ApiError {
  const texts = faults.map(({ policy: { name }, binding, message }) =>
    binding === undefined
      ? `policy ${JSON.stringify(name)} denied request: ${message}`
      : `policy '${name}' with binding '${binding}' denied request: ${message}`,
  );
  const { details, code } = refused(request, "");
  const causes = texts.map((message) => ({ message }));
  return new ApiError(faults[0]?.reason ?? "Forbidden", texts[0] ?? "", { ...details, causes }, code);
}
