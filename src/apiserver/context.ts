/** One request on its way through the server: who asks, why, and what is gathered for the answer. */
import type { Cause } from "../store/store.ts";
import type { RequestInfo } from "./request-info.ts";

export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The audit record of a request, as those see it who read and write bodies. */
export interface Audited {
  readonly wantsResponse: boolean;
  /** The object that was sent, or what was sent to change one. */
  requestObject(object: object): void;
  responseObject(object: object): void;
}

export interface RequestContext {
  readonly user: User;
  /** What to write into the log as the origin of changes. */
  readonly cause: Cause;
  /** The first part of the user agent, when the client names no field manager. */
  readonly defaultManager: string;
  /** Told to the client in `Warning` headers. */
  readonly warnings: string[];
  /** Takes what is sent and answered, where the audit policy wants it. */
  readonly audited?: Audited | undefined;
  /** For how long a watch lives at least that names no time of its own, in milliseconds; default 30 minutes. */
  readonly minWatchMs?: number;
  /** Told of each event that a watch sends, in bytes. */
  readonly countEvent?: ((bytes: number) => void) | undefined;
  /** Notes something in the request's audit event, as `audit.AddAuditAnnotation` does: the first value of a key stays. */
  readonly audit?: (key: string, value: string) => void;
  readonly signal?: AbortSignal;
  /** Of a request that turns out to create what it was to change. Rejects with Forbidden. */
  readonly mayCreate?: (what: RequestInfo) => Promise<void>;
}

export type FieldValidation = "Ignore" | "Warn" | "Strict";

/** Options of the writing verbs (`metav1.CreateOptions`, `UpdateOptions`, `PatchOptions`). */
export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: FieldValidation;
  /** Server-side apply: take over fields that others manage. */
  readonly force?: boolean;
}

/** `metav1.DeleteOptions`. */
export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}
