/** What types and fields of the API are for: Kubernetes' own words, which are big, and so are read when they are asked for. */
import type { Field, StructType } from "../../api/schema/model.ts";

/** By type (`core/v1.Pod`), then field; the empty field is the type itself. */
export type Words = Readonly<Record<string, Readonly<Record<string, string>>>>;
export type LoadWords = () => Promise<Words>;

export const noWords: LoadWords = async () => ({});

const conventions = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
export const apiVersionWords = `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${conventions}#resources`;
export const kindWords = `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${conventions}#types-kinds`;
export const listMetadataWords = `Standard list metadata. More info: ${conventions}#types-kinds`;
export const metadataWords = `Standard object's metadata. More info: ${conventions}#metadata`;

export class Descriptions {
  readonly #words: Words;
  constructor(words: Words) {
    this.#words = words;
  }

  of({ groupVersion, name }: Pick<StructType, "groupVersion" | "name">): string | undefined {
    return this.#words[`${groupVersion}.${name}`]?.[""];
  }

  /** Of a field without words of its own, those of its type. */
  ofField(owner: StructType, { name, type }: Pick<Field, "name" | "type">): string | undefined {
    const own = this.#words[`${owner.groupVersion}.${owner.name}`]?.[name];
    if (own || type.kind !== "struct") return own;
    if (owner.typed && name === "metadata") return type.name === "ListMeta" ? listMetadataWords : metadataWords;
    return this.of(type);
  }
}
