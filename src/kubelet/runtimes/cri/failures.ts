/**
 * gRPC errors as RuntimeFailure. The message keeps the runtime's own words, in the form that Go's gRPC prints an error
 * (`rpc error: code = NotFound desc = …`), since that is how kubelet's events and statuses show it; for creating and
 * starting a container kubelet shows the description alone.
 */
import { type ServiceError, status } from "@grpc/grpc-js";
import { RuntimeFailure, type RuntimeFailureCode } from "../contract.ts";

/** Go's names of the gRPC codes (google.golang.org/grpc/codes). */
const goNames: readonly string[] = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

const plainCodes: Partial<Record<number, RuntimeFailureCode>> = {
  [status.NOT_FOUND]: "NotFound",
  [status.ALREADY_EXISTS]: "AlreadyExists",
  [status.DEADLINE_EXCEEDED]: "Timeout",
  [status.UNAVAILABLE]: "Unavailable",
};

/** The first row whose words are in an image error decides; containerd has one gRPC code, Unknown, for most of them. */
const imageTexts: readonly (readonly [RegExp, RuntimeFailureCode])[] = [
  [/invalid reference format|couldn't parse image name|failed to parse image reference/, "ImageNameInvalid"],
  [
    /pull access denied|insufficient_scope|authorization failed|unauthorized|401 Unauthorized|403 Forbidden/i,
    "ImageDenied",
  ],
  [
    /dial tcp|connection refused|connection reset|no such host|no route to host|i\/o timeout|TLS handshake|context deadline exceeded|50[0234] |429 Too Many/i,
    "RegistryUnavailable",
  ],
  [/: not found$|manifest unknown|no match for platform/, "ImageNotFound"],
];

export const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && "code" in error && typeof error.code === "number" && "details" in error;

/** How Go prints the error of a gRPC call. */
export const goText = (error: ServiceError): string =>
  `rpc error: code = ${goNames[error.code] ?? "Unknown"} desc = ${error.details}`;

/** What a call on sandboxes and containers failed with; `bare` leaves out the gRPC code, as kubelet does at some places. */
export function failure(error: unknown, bare = false): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error;
  if (!isServiceError(error)) return new RuntimeFailure("Failed", String(error), { cause: error });
  const text = bare && error.code !== status.UNAVAILABLE ? error.details : goText(error);
  return new RuntimeFailure(plainCodes[error.code] ?? "Failed", text, { cause: error });
}

/** What a pull failed with. */
export function imageFailure(error: unknown): RuntimeFailure {
  if (!isServiceError(error)) return failure(error);
  const known = imageTexts.find(([text]) => text.test(error.details))?.[1];
  const plain = error.code === status.NOT_FOUND ? "ImageNotFound" : (plainCodes[error.code] ?? "Failed");
  return new RuntimeFailure(known ?? plain, goText(error), { cause: error });
}

export const isNotFound = (error: unknown): boolean => isServiceError(error) && error.code === status.NOT_FOUND;
export const isUnimplemented = (error: unknown): boolean =>
  isServiceError(error) && error.code === status.UNIMPLEMENTED;
