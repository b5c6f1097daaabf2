/**
 * Keeps what is served in step with the definitions in the store: grants names, says so in conditions, puts kinds into the
 * catalog and takes them out, and removes the objects of a definition that goes.
 *
 * Promises: what a definition's condition `Established` says is served is served before a client can read that; kinds of
 * definitions that are stored are served when `start` resolves.
 */

import { type ConvertObjects, customKinds } from "../../api/apiextensions/custom-kind.ts";
import {
  cleanupFinalizer as cleanup,
  customResourceDefinition,
} from "../../api/apiextensions/custom-resource-definition.ts";
import { conditionsFor, type Granted, grantNames, withConditions } from "../../api/apiextensions/definition/naming.ts";
import type { Definition } from "../../api/apiextensions/definition/versions.ts";
import type { Catalog } from "../../api/catalog.ts";
import type { Kind } from "../../api/kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../../api/object.ts";
import { type Clock, rfc3339 } from "../../base/clock.ts";
import { Ending } from "../../base/ending.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import type { Change } from "../../store/store.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import { updateObject } from "../registry/update.ts";
import { ownContext } from "./own-context.ts";
import { removeInstances } from "./remove-instances.ts";

export interface DefinitionsOptions {
  readonly registry: Registry;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** How objects of a definition become those of its other versions. */
  readonly conversion: (definition: Definition) => ConvertObjects;
  readonly onError?: (name: string, error: unknown) => void;
}

interface Served {
  /** What the kinds were made of. */
  readonly from: readonly unknown[];
  readonly kinds: readonly Kind[];
  readonly ending: Ending;
}

const prefix = prefixOf(customResourceDefinition);

export class Definitions {
  readonly #options: DefinitionsOptions;
  readonly #known = new Map<string, Definition>();
  readonly #served = new Map<string, Served>();
  readonly #queue: WorkQueue;
  /** Definitions that are going, and what ends the waiting for their objects. */
  readonly #going = new Map<string, AbortController>();
  #watching: { stop(): void } | undefined;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      clock: options.clock,
      work: (name) => this.#reconcile(name),
      ...(options.onError && { onError: options.onError }),
    });
  }

  async start(): Promise<void> {
    const { store } = this.#options.registry;
    const { entries, revision } = await store.list(prefix);
    for (const { value } of entries) this.#learn(value.metadata.name ?? "", value);
    for (const [name, definition] of this.#known) this.#serve(name, definition, this.#grant(name, definition));
    this.#watching = await store.watch({
      since: revision,
      prefix,
      onChanges: (changes) => {
        for (const change of changes) this.#hear(change);
      },
    });
    for (const name of this.#known.keys()) this.#queue.add(name);
  }

  stop(): void {
    this.#watching?.stop();
    this.#queue.stop();
    for (const going of this.#going.values()) going.abort();
  }

  #hear({ key, before, after }: Change<KubeObject>): void {
    const name = key.slice(prefix.length);
    this.#learn(name, after?.value);
    const group = ((after ?? before)?.value as unknown as Definition | undefined)?.spec.group;
    this.#queue.add(name);
    // what one definition gives up, another of the group may have waited for
    for (const [other, { spec }] of this.#known) if (other !== name && spec.group === group) this.#queue.add(other);
  }

  #learn(name: string, object: KubeObject | undefined): void {
    if (object) this.#known.set(name, object as unknown as Definition);
    else this.#known.delete(name);
  }

  #grant(name: string, definition: Definition): Granted {
    const others = [...this.#known].filter(
      ([other, { spec }]) => other !== name && spec.group === definition.spec.group,
    );
    return grantNames(
      definition,
      others.map(([, other]) => other),
    );
  }

  async #reconcile(name: string): Promise<void> {
    const definition = this.#known.get(name);
    if (!definition) {
      this.#withdraw(name);
      return;
    }
    const granted = this.#grant(name, definition);
    this.#serve(name, definition, granted);
    await this.#tell(name, definition, granted);
    if (definition.metadata.deletionTimestamp) this.#remove(name, definition);
  }

  /** Puts into the catalog what is to be served; nothing happens where nothing has changed. */
  #serve(name: string, definition: Definition, granted: Granted): void {
    const conditions = conditionsFor(definition, granted);
    const serves = conditions.some(({ type, status }) => type === "Established" && status === "True");
    const isGoing = definition.metadata.deletionTimestamp !== undefined;
    const from = serves ? [definition.spec, granted.names, isGoing] : [];
    const known = this.#served.get(name);
    if (known ? deepEqual(known.from, from) : !serves) return;
    const ending = new Ending();
    const convert = this.#options.conversion(definition);
    const kinds = serves ? customKinds(definition, granted.names, convert, ending) : [];
    this.#served.set(name, { from, kinds, ending });
    this.#options.catalog.replace(known?.kinds ?? [], kinds);
    known?.ending.end();
  }

  #withdraw(name: string): void {
    const known = this.#served.get(name);
    this.#served.delete(name);
    this.#options.catalog.replace(known?.kinds ?? [], []);
    known?.ending.end();
    this.#going.get(name)?.abort();
    this.#going.delete(name);
  }

  async #tell(name: string, definition: Definition, granted: Granted): Promise<void> {
    const conditions = withConditions(
      definition.status.conditions ?? [],
      conditionsFor(definition, granted),
      rfc3339(this.#options.clock.now()),
    );
    const { names: acceptedNames } = granted;
    if (
      deepEqual(conditions, definition.status.conditions) &&
      deepEqual(acceptedNames, definition.status.acceptedNames)
    )
      return;
    await this.#writeStatus(name, (current) => ({ ...current.status, acceptedNames, conditions }), definition);
  }

  async #writeStatus(
    name: string,
    status: (current: Definition) => object,
    expected: Definition,
    finalizers?: (old: readonly string[]) => string[],
  ): Promise<void> {
    const { registry } = this.#options;
    await updateObject(registry, {
      kind: customResourceDefinition,
      subresource: "status",
      namespace: "",
      name,
      options: {},
      context: ownContext(registry),
      change: (current) => {
        const metadata = { ...current.metadata, resourceVersion: expected.metadata.resourceVersion };
        if (finalizers) metadata.finalizers = finalizers(metadata.finalizers ?? []);
        return { ...current, metadata, status: status(current as unknown as Definition) } as Draft;
      },
    }).catch(laterOrGone);
  }

  /** Deletes the objects of a definition, and lets it go when the last is gone. */
  #remove(name: string, definition: Definition): void {
    if (!definition.metadata.finalizers?.includes(cleanup) || this.#going.has(name)) return;
    const going = new AbortController();
    this.#going.set(name, going);
    void this.#removeAll(name, going.signal)
      .catch((error: unknown) => {
        if (going.signal.aborted) return;
        this.#options.onError?.(name, error);
        this.#queue.addAfter(name, retryMs);
      })
      .finally(() => {
        if (this.#going.get(name) === going) this.#going.delete(name);
      });
  }

  async #removeAll(name: string, signal: AbortSignal): Promise<void> {
    await this.#say(name, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    const kind = this.#served.get(name)?.kinds.find(({ custom }) => custom && !custom.isSecondary);
    if (kind) await removeInstances(this.#options.registry, kind, signal);
    const [reason, message] = kind
      ? ["InstanceDeletionCompleted", "removed all instances"]
      : ["NeverEstablished", "resource was never established"];
    await this.#say(name, "False", reason, message, (old) => old.filter((finalizer) => finalizer !== cleanup));
  }

  async #say(
    name: string,
    status: "True" | "False",
    reason: string,
    message: string,
    finalizers?: (old: readonly string[]) => string[],
  ): Promise<void> {
    const definition = this.#known.get(name);
    if (!definition) return;
    const now = rfc3339(this.#options.clock.now());
    const said = [{ type: "Terminating", status, reason, message }];
    const change = (current: Definition): object => ({
      ...current.status,
      conditions: withConditions(current.status.conditions ?? [], said, now),
    });
    await this.#writeStatus(name, change, definition, finalizers);
  }
}

const retryMs = 1000;

/** Who has changed the definition meanwhile brings it back by that. */
function laterOrGone(error: unknown): void {
  const { reason } = error as { reason?: string };
  if (reason !== "Conflict" && reason !== "NotFound") throw error;
}
