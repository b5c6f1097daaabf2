/** What a describer is given beside the object: what belongs to it, asked for as it is needed. */
import type { KubeObject } from "../../api/object.ts";
import type { Event } from "../../client/kinds.ts";
import type { Page } from "./page.ts";

export interface Surroundings {
  /** Objects of a resource (`replicasets.apps`) in a namespace; empty where they cannot be had. */
  list(
    resource: string,
    namespace: string | undefined,
    labelSelector?: string,
    fieldSelector?: string,
  ): Promise<readonly KubeObject[]>;
  /** Rejects with ApiError. */
  get(resource: string, namespace: string | undefined, name: string): Promise<KubeObject>;
  /** The events of the object; undefined: they are not wanted. */
  events(object: KubeObject): Promise<readonly Event[] | undefined>;
}

export type Describer = (page: Page, object: KubeObject, around: Surroundings) => Promise<void>;
