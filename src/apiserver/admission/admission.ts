/**
 * Admission: what stands between a valid request and the store. Plugins first change the object, each in turn, then all
 * look at the outcome (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/).
 */
import type { Kind } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import type { RequestContext } from "../context.ts";

export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly kind: Kind;
  /** Empty for the main resource. */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** What would be stored, or what was sent to a subresource; absent on DELETE. `admit` may change it. */
  readonly object?: Draft;
  readonly old?: KubeObject;
  readonly dryRun: boolean;
  readonly context: RequestContext;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** Changes the object. Throws ApiError to refuse. */
  admit?(request: AdmissionRequest): Promise<void> | void;
  /** Looks at the object. Throws ApiError to refuse. */
  validate?(request: AdmissionRequest): Promise<void> | void;
  /** Undoes what `validate` took (quota), when the write then failed. */
  undo?(request: AdmissionRequest): void;
}

export class Admission {
  readonly #plugins: readonly AdmissionPlugin[];
  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async admit(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#plugins) await plugin.admit?.(request);
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#plugins) await plugin.validate?.(request);
  }

  undo(request: AdmissionRequest): void {
    for (const plugin of this.#plugins) plugin.undo?.(request);
  }
}
