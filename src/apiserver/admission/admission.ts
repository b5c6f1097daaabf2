/**
 * Admission: what stands between a valid request and the store. Plugins first change the object, each in turn, then all
 * look at the outcome (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/).
 */
import type { GroupVersionKind, Kind } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import type { RequestContext } from "../context.ts";
import type { AdmissionMetrics } from "../monitoring/admission-metrics.ts";

export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly kind: Kind;
  /** The kind that the client spoke, if it is not the stored one. */
  readonly spoken?: Kind;
  /** What the object is, where it is not of `kind`: a Scale, an Eviction, options of a connection. */
  readonly objectKind?: GroupVersionKind;
  /** Empty for the main resource. */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** What would be stored, or what was sent to a subresource; absent on DELETE. `admit` may change it. */
  readonly object?: Draft;
  readonly old?: KubeObject;
  readonly dryRun: boolean;
  /** `CreateOptions`, `UpdateOptions`, …, as the client gave them. */
  readonly options?: object;
  readonly context: RequestContext;
}

/** The kind through which the client asked. */
export const spokenKind = ({ kind, spoken }: AdmissionRequest): Kind => spoken ?? kind;

/** That plugins may be called a second time: what one has changed, others may have to see. */
export class Rounds {
  /** 0, then 1. */
  round = 0;
  /** Somebody has changed the object whom others may depend on. */
  wanted = false;
  readonly #notes = new Map<object, unknown>();

  /** What a plugin remembers from one round to the next. */
  notes<T>(plugin: object, make: () => T): T {
    if (!this.#notes.has(plugin)) this.#notes.set(plugin, make());
    return this.#notes.get(plugin) as T;
  }
}

export interface AdmissionPlugin {
  readonly name: string;
  /** Changes the object. Throws ApiError to refuse. */
  admit?(request: AdmissionRequest, rounds: Rounds): Promise<void> | void;
  /** Looks at the object. Throws ApiError to refuse. */
  validate?(request: AdmissionRequest): Promise<void> | void;
  /** Undoes what `validate` took (quota), when the write then failed. */
  undo?(request: AdmissionRequest): void;
}

type Admitting = AdmissionPlugin & Required<Pick<AdmissionPlugin, "admit">>;
type Validating = AdmissionPlugin & Required<Pick<AdmissionPlugin, "validate">>;

export class Admission {
  readonly #admitting: readonly Admitting[];
  readonly #validating: readonly Validating[];
  readonly #undoing: readonly AdmissionPlugin[];
  readonly #metrics: AdmissionMetrics | undefined;

  constructor(given: readonly AdmissionPlugin[], metrics?: AdmissionMetrics) {
    const plugins = metrics ? given.map((plugin) => metrics.measured(plugin)) : given;
    this.#admitting = plugins.filter((plugin): plugin is Admitting => plugin.admit !== undefined);
    this.#validating = plugins.filter((plugin): plugin is Validating => plugin.validate !== undefined);
    this.#undoing = plugins.filter((plugin) => plugin.undo);
    this.#metrics = metrics;
  }

  /** For plugins whose parts are measured each by itself. */
  get metrics(): AdmissionMetrics | undefined {
    return this.#metrics;
  }

  async admit(request: AdmissionRequest): Promise<void> {
    const rounds = new Rounds();
    const round = async (): Promise<void> => {
      for (const plugin of this.#admitting) {
        const work = plugin.admit(request, rounds);
        if (work) await work; // most have nothing to wait for
      }
    };
    const run = async (): Promise<void> => {
      await round();
      if (!rounds.wanted) return;
      rounds.round = 1;
      await round();
    };
    await (this.#metrics ? this.#metrics.step("admit", request, run) : run());
  }

  async validate(request: AdmissionRequest): Promise<void> {
    const run = async (): Promise<void> => {
      for (const plugin of this.#validating) {
        const work = plugin.validate(request);
        if (work) await work;
      }
    };
    await (this.#metrics ? this.#metrics.step("validate", request, run) : run());
  }

  undo(request: AdmissionRequest): void {
    for (const plugin of this.#undoing) plugin.undo?.(request);
  }
}
