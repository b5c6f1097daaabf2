/** A definition as code reads it, and what its versions share. */
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "../../generated/apiextensions-v1.ts";
import { deepEqual, type Shared } from "../../object.ts";
import type { Path } from "../../validation/field-error.ts";
import type { JsonSchema } from "../schema/json-schema.ts";

export type Definition = Shared<CustomResourceDefinition>;
export type DefinitionSpec = Definition["spec"];
export type DefinitionVersion = Shared<CustomResourceDefinitionVersion>;

export const versionsOf = (spec: DefinitionSpec | undefined): readonly DefinitionVersion[] => spec?.versions ?? [];

export const schemaOf = (version: DefinitionVersion): JsonSchema | undefined =>
  version.schema?.openAPIV3Schema as JsonSchema | undefined;

/** The parts of a version that upstream holds once for all versions where they are alike, and tells errors of there. */
export const sharedParts = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"] as const;
export type SharedPart = (typeof sharedParts)[number];

export const isShared = (versions: readonly DefinitionVersion[], part: SharedPart): boolean =>
  versions.every((version) => deepEqual(version[part], versions[0]?.[part]));

/** What is to be looked at: the part of each version, or the one that all have in common, with its path. */
export function partsOf<P extends SharedPart>(
  spec: DefinitionSpec,
  part: P,
  path: Path,
): readonly { readonly version: DefinitionVersion; readonly value: DefinitionVersion[P]; readonly path: Path }[] {
  const versions = versionsOf(spec);
  const [first] = versions;
  if (first && isShared(versions, part))
    return [{ version: first, value: first[part], path: path.child(part === "schema" ? "validation" : part) }];
  return versions.map((version, i) => ({
    version,
    value: version[part],
    path: path.child("versions").index(i).child(part),
  }));
}

/** Its names are accepted, and it is served. */
export const isEstablished = ({ status }: Definition): boolean =>
  status.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
