/**
 * What the API answers when it cannot: one class, one table of reasons, texts as upstream words them
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/).
 */
import type { FieldError } from "./validation/field-error.ts";

/** HTTP status of each reason. */
export const statusOf = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  StoreReadError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;
export type Reason = keyof typeof statusOf;

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A `metav1.Status`. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reason: Reason | "";
  readonly code: number;
  readonly details: StatusDetails | undefined;
  /** A token with which a list whose revision is gone may go on, at the newest one. */
  readonly continue: string | undefined;

  constructor(
    reason: Reason | "",
    message: string,
    details?: StatusDetails,
    code?: number,
    options?: ErrorOptions & { readonly continue?: string },
  ) {
    super(message, options);
    this.continue = options?.continue;
    this.reason = reason;
    this.code = code ?? (reason ? statusOf[reason] : 500);
    this.details = details;
  }

  /** The error in a Status that a server answered; any other answer becomes an error with its code. */
  static from(answer: unknown, code: number): ApiError {
    const { kind, reason, message, details } = (answer ?? {}) as Partial<Status>;
    if (kind !== "Status") return new ApiError("", `the server answered ${code}`, undefined, code);
    const known = reason !== undefined && reason in statusOf ? (reason as Reason) : "";
    return new ApiError(known, message ?? `the server answered ${code}`, details, code);
  }

  get status(): Status {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.continue ? { continue: this.continue } : {},
      status: "Failure",
      message: this.message,
      ...(this.reason && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

/** A resource or kind with its group, as texts name it: `deployments.apps`, `Deployment.apps`, `pods`. */
export interface Named {
  readonly group: string;
  readonly name: string;
}
export const qualified = ({ group, name }: Named): string => (group ? `${name}.${group}` : name);
const kindDetails = ({ group, name: kind }: Named, name: string): StatusDetails => ({
  ...(name && { name }),
  ...(group && { group }),
  ...(kind && { kind }),
});

export const badRequest = (message: string): ApiError => new ApiError("BadRequest", message);
export const notFound = (resource: Named, name: string): ApiError =>
  new ApiError("NotFound", `${qualified(resource)} "${name}" not found`, kindDetails(resource, name));
export const alreadyExists = (resource: Named, name: string): ApiError =>
  new ApiError("AlreadyExists", `${qualified(resource)} "${name}" already exists`, kindDetails(resource, name));
export const conflict = (resource: Named, name: string, why: string): ApiError =>
  new ApiError(
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    kindDetails(resource, name),
  );
export const forbidden = (resource: Named, name: string, why: string): ApiError => {
  const message = !resource.name
    ? `forbidden: ${why}`
    : name
      ? `${qualified(resource)} "${name}" is forbidden: ${why}`
      : `${qualified(resource)} is forbidden: ${why}`; // prettier-ignore
  return new ApiError("Forbidden", message, kindDetails(resource, name));
};
export const unauthorized = (): ApiError => new ApiError("Unauthorized", "Unauthorized");
export const expired = (message: string, token?: string): ApiError =>
  new ApiError("Expired", message, undefined, undefined, token ? { continue: token } : undefined);
export const internal = (message: string): ApiError =>
  new ApiError("InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
export const timeout = (message: string, retryAfterSeconds?: number): ApiError =>
  new ApiError("Timeout", `Timeout: ${message}`, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
export const tooManyRequests = (
  message: string,
  retryAfterSeconds?: number,
  causes?: readonly StatusCause[],
): ApiError =>
  new ApiError("TooManyRequests", message, {
    ...(causes && { causes }),
    ...(retryAfterSeconds && { retryAfterSeconds }),
  });
export const serviceUnavailable = (message: string): ApiError => new ApiError("ServiceUnavailable", message);
export const tooLarge = (message: string): ApiError => new ApiError("RequestEntityTooLarge", message);
/** What is answered where no route leads. */
export const unknownResource = (): ApiError =>
  new ApiError("NotFound", "the server could not find the requested resource", {});
export const methodNotAllowed = (): ApiError =>
  new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
/** An answer upstream gives for faults it does not explain. */
export const rejected = (): ApiError =>
  new ApiError("Invalid", "the server rejected our request due to an error in our request", {});

/** All that is wrong with an object. Several faults stand in brackets; equal ones are told once. */
export function invalid(kind: Named, name: string, errors: readonly FieldError[]): ApiError {
  const texts = [...new Set(errors.map(String))];
  const why = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new ApiError("Invalid", `${qualified(kind)} "${name}" is invalid: ${errors.length ? why : "<nil>"}`, {
    ...kindDetails(kind, name),
    ...(errors.length && {
      causes: errors.map((e) => ({ reason: e.type, message: e.detailText, field: e.field })),
    }),
  });
}
