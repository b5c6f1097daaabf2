/** Makes, mends and removes the pods of a StatefulSet and their claims, and tells about it as upstream does. */
import { ApiError } from "../../api/errors.ts";
import {
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
  statefulSets,
} from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { textOf } from "../pods/pod-control.ts";
import { areOwnersRight, goesWithPod, hasOtherController, isStale, withOwners } from "./claim-owners.ts";
import { claimNames, claimsOf, hasIdentity, hasStorage, withIdentity, withStorage } from "./identity.ts";

type Verb = "Create" | "Update" | "Delete";

export class StatefulPods {
  readonly #set: StatefulSet;
  readonly #context: ReconcileContext;

  constructor(set: StatefulSet, context: ReconcileContext) {
    this.#set = set;
    this.#context = context;
  }

  /** A claim of an earlier pod of that name is still to go with it: until then the pod cannot be made. */
  hasStaleClaim(pod: Pod): boolean {
    if (!goesWithPod(this.#set)) return false;
    return this.#claims(pod).some((claim) => isStale(claim, pods, pod));
  }

  async create(pod: Pod): Promise<void> {
    await this.#told("Create", pod, () => this.#createClaims(pod));
    let failure: unknown;
    try {
      await this.#context.client.create(pods, pod);
    } catch (error) {
      if (error instanceof ApiError && error.reason === "AlreadyExists") throw error;
      failure = error;
    }
    await this.#told("Update", pod, () => this.ownClaims(pod));
    this.#tell("Create", pod, failure);
    if (failure !== undefined) throw failure;
  }

  /** Claims that went missing under a pod that waits are made again. */
  async createMissingClaims(pod: Pod): Promise<void> {
    await this.#createClaims(pod);
    await this.#told("Update", pod, () => this.ownClaims(pod));
  }

  async remove(pod: Pod): Promise<void> {
    const { namespace, name = "" } = pod.metadata;
    try {
      await this.#context.client.delete(pods, { namespace, name });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) {
        this.#tell("Delete", pod, error);
        throw error;
      }
    }
    this.#tell("Delete", pod);
  }

  /** Gives the pod back what makes it one of the set, where it has lost it. */
  async keep(pod: Pod): Promise<void> {
    const set = this.#set;
    const claimsAreRight = this.#claims(pod).every((claim) => areOwnersRight(claim, set, pod));
    if (hasIdentity(pod, set) && hasStorage(pod, set) && claimsAreRight) return;
    let mended = hasIdentity(pod, set) ? pod : withIdentity(pod, set);
    if (!hasStorage(mended, set)) {
      mended = withStorage(mended, set);
      await this.#told("Update", pod, () => this.#createClaims(pod));
    }
    if (!claimsAreRight) await this.#told("Update", pod, () => this.ownClaims(pod));
    await this.#told("Update", pod, () => this.#context.client.update(pods, mended));
    this.#tell("Update", pod);
  }

  /** Writes into the claims whether they go with pod or set. */
  async ownClaims(pod: Pod): Promise<void> {
    const { client, events } = this.#context;
    for (const claim of this.#claims(pod)) {
      const { name } = claim.metadata;
      if (hasOtherController(claim, this.#set, pod)) {
        const text = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        events.warning(regarding(statefulSets, this.#set), "ConflictingController", text);
      }
      if (areOwnersRight(claim, this.#set, pod)) continue;
      await client.update(persistentVolumeClaims, withOwners(claim, this.#set, pod)).catch((error: unknown) => {
        throw new Error(`could not update claim ${name} for delete policy ownerRefs: ${textOf(error)}`, {
          cause: error,
        });
      });
    }
  }

  #claims(pod: Pod): PersistentVolumeClaim[] {
    const cache = this.#context.cache(persistentVolumeClaims);
    const { namespace } = this.#set.metadata;
    return claimNames(this.#set, pod).flatMap((name) => cache.get(`${namespace}/${name}`) ?? []);
  }

  async #createClaims(pod: Pod): Promise<void> {
    const failures: string[] = [];
    for (const claim of claimsOf(this.#set, pod)) {
      const failure = await this.#createClaim(pod, claim);
      if (failure !== undefined) failures.push(failure);
    }
    if (failures.length) throw new Error(failures.length === 1 ? failures[0] : `[${failures.join(", ")}]`);
  }

  /** Resolves to what keeps the claim from being there. */
  async #createClaim(pod: Pod, claim: PersistentVolumeClaim): Promise<string | undefined> {
    const { client, cache } = this.#context;
    const { name } = claim.metadata;
    const known = cache(persistentVolumeClaims).get(cacheKey(claim));
    if (known) return known.metadata.deletionTimestamp ? `pvc ${name} is being deleted` : undefined;
    try {
      await client.create(persistentVolumeClaims, claim);
      this.#tellOfClaim(pod, claim);
      return undefined;
    } catch (error) {
      const exists = error instanceof ApiError && error.reason === "AlreadyExists";
      if (!exists) this.#tellOfClaim(pod, claim, error);
      return `failed to create PVC ${name}: ${textOf(error)}`;
    }
  }

  async #told(verb: Verb, pod: Pod, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#tell(verb, pod, error);
      throw error;
    }
  }

  #tell(verb: Verb, { metadata }: Pod, error?: unknown): void {
    const about = regarding(statefulSets, this.#set);
    const what = `${verb} Pod ${metadata.name} in StatefulSet ${this.#set.metadata.name}`;
    const { events } = this.#context;
    if (error === undefined) events.normal(about, `Successful${verb}`, `${what} successful`);
    else events.warning(about, `Failed${verb}`, `${what} failed error: ${textOf(error)}`);
  }

  #tellOfClaim({ metadata }: Pod, claim: PersistentVolumeClaim, error?: unknown): void {
    const about = regarding(statefulSets, this.#set);
    const set = this.#set.metadata.name;
    const { name } = claim.metadata;
    const { events } = this.#context;
    if (error === undefined) {
      const text = `Create Claim ${name} Pod ${metadata.name} in StatefulSet ${set} success`;
      events.normal(about, "SuccessfulCreate", text);
    } else {
      const text = `Create Claim ${name} for Pod ${metadata.name} in StatefulSet ${set} failed error: ${textOf(error)}`;
      events.warning(about, "FailedCreate", text);
    }
  }
}
