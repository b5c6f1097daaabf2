/** The policies that are configured, each with its bindings, as admission reads them on every request. */
import { mutatingAdmissionPolicy } from "../../../api/admissionregistration/mutating-admission-policy.ts";
import { mutatingAdmissionPolicyBinding } from "../../../api/admissionregistration/mutating-admission-policy-binding.ts";
import { validatingAdmissionPolicy } from "../../../api/admissionregistration/validating-admission-policy.ts";
import { validatingAdmissionPolicyBinding } from "../../../api/admissionregistration/validating-admission-policy-binding.ts";
import type { MutatingBinding } from "../../../api/admissionregistration/validation/mutating-policies.ts";
import type { ValidatingBinding } from "../../../api/admissionregistration/validation/validating-policies.ts";
import type { KubeObject } from "../../../api/object.ts";
import type { Store } from "../../../store/store.ts";
import { KeptObjects } from "../../registry/kept-objects.ts";
import { CompiledMutatingPolicy, CompiledValidatingPolicy } from "./compiled.ts";

export interface Bound<P, B> {
  readonly policy: P;
  readonly bindings: readonly B[];
}

/** Policies of one kind, with what binds them. */
class BoundPolicies<
  P extends { readonly name: string },
  B extends { readonly spec: { readonly policyName?: string | undefined } },
> {
  readonly policies: KeptObjects<P>;
  readonly bindings: KeptObjects<B>;
  #made: readonly Bound<P, B>[] = [];
  #from: readonly unknown[] = [];

  constructor(policies: KeptObjects<P>, bindings: KeptObjects<B>) {
    this.policies = policies;
    this.bindings = bindings;
  }

  async start(store: Store<KubeObject>): Promise<void> {
    await Promise.all([this.policies.start(store), this.bindings.start(store)]);
  }

  stop(): void {
    this.policies.stop();
    this.bindings.stop();
  }

  /** Those that are bound at all, in the order of their names. */
  get all(): readonly Bound<P, B>[] {
    if (this.policies.isEmpty || this.bindings.isEmpty) return [];
    const from = [this.policies.all, this.bindings.all];
    if (from.some((list, i) => list !== this.#from[i])) {
      const byPolicy = new Map<string, B[]>();
      for (const binding of this.bindings.all) {
        const { policyName = "" } = binding.spec;
        const others = byPolicy.get(policyName);
        if (others) others.push(binding);
        else byPolicy.set(policyName, [binding]);
      }
      this.#made = this.policies.all.flatMap((policy) => {
        const bindings = byPolicy.get(policy.name);
        return bindings ? [{ policy, bindings }] : [];
      });
      this.#from = from;
    }
    return this.#made;
  }
}

export class Policies {
  readonly validating = new BoundPolicies(
    new KeptObjects(validatingAdmissionPolicy, (object) => new CompiledValidatingPolicy(object)),
    new KeptObjects(validatingAdmissionPolicyBinding, (object) => object as unknown as ValidatingBinding),
  );
  readonly mutating = new BoundPolicies(
    new KeptObjects(mutatingAdmissionPolicy, (object) => new CompiledMutatingPolicy(object)),
    new KeptObjects(mutatingAdmissionPolicyBinding, (object) => object as unknown as MutatingBinding),
  );

  async start(store: Store<KubeObject>): Promise<void> {
    await Promise.all([this.validating.start(store), this.mutating.start(store)]);
  }

  stop(): void {
    this.validating.stop();
    this.mutating.stop();
  }
}
