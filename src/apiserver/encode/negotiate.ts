/**
 * Which form an answer takes: JSON, YAML or protobuf, and as the object itself, a Table or its metadata alone
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources).
 */
import { ApiError } from "../../api/errors.ts";

export type MediaType = "application/json" | "application/yaml" | "application/vnd.kubernetes.protobuf";
export const mediaTypes: readonly MediaType[] = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
];

export interface Representation {
  readonly mediaType: MediaType;
  readonly as?: {
    readonly kind: "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
    readonly version: "v1" | "v1beta1";
  };
  readonly pretty: boolean;
  /** `;stream=watch` was asked for. */
  readonly stream: boolean;
}

interface Clause {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly quality: number;
}

/** The clauses of an Accept header, best first. */
export function acceptClauses(header: string): Clause[] {
  return header
    .split(",")
    .map((clause) => {
      const [type = "", ...pairs] = clause.split(";").map((p) => p.trim());
      const parameters = Object.fromEntries(pairs.map((p) => p.split("=", 2) as [string, string]));
      return { type: type.toLowerCase(), parameters, quality: Number(parameters.q ?? 1) };
    })
    .filter((clause) => clause.type !== "")
    .sort((a, b) => b.quality - a.quality);
}

export interface Restrictions {
  /** The answer can be shown as a Table or as metadata. */
  readonly transforms: boolean;
  readonly supported?: readonly MediaType[];
}

/** Throws NotAcceptable when the client takes nothing that the server has. */
export function negotiate(
  accept: string | undefined,
  pretty: boolean,
  { transforms, supported = mediaTypes }: Restrictions,
): Representation {
  const clauses = acceptClauses(accept?.trim() ? accept : "*/*");
  let refusedTransform = false;
  for (const { type, parameters } of clauses) {
    const mediaType = type === "*/*" ? supported[0] : supported.find((m) => m === type);
    if (!mediaType) continue;
    const stream = parameters.stream === "watch";
    const wantsPretty = pretty || parameters.pretty === "1";
    if (parameters.as === undefined) return { mediaType, pretty: wantsPretty, stream };
    const as = transforms ? transformOf(parameters, mediaType) : undefined;
    if (as) return { mediaType, as, pretty: wantsPretty, stream };
    refusedTransform = true;
  }
  throw refusedTransform ? notAcceptable(supported) : notAvailable(supported);
}

function transformOf({ as, g, v }: Readonly<Record<string, string>>, mediaType: MediaType): Representation["as"] {
  if (g !== "meta.k8s.io" || (v !== "v1" && v !== "v1beta1")) return undefined;
  if (as === "Table") return mediaType.endsWith("protobuf") ? undefined : { kind: "Table", version: v };
  if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return { kind: as, version: v };
  return undefined;
}

/** A form of a type that is served cannot be had. */
export const notAcceptable = (supported: readonly string[]): ApiError =>
  new ApiError("NotAcceptable", `only the following media types are accepted: ${supported.join(", ")}`);

/** No type that the client takes is served. */
export const notAvailable = (supported: readonly string[]): ApiError =>
  new ApiError("NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${supported.join(", ")}`, {});
