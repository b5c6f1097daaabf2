import { base64Length } from "../../base/base64.ts";
import type { ConfigMap } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { report } from "../validation/checks.ts";
import { type FieldError, Path, sortedKeys } from "../validation/field-error.ts";
import { isConfigMapKey, utf8Length } from "../validation/names.ts";
import { largestData, validateFrozen } from "./validation/data.ts";

const asConfigMap = (object: Draft | KubeObject): ConfigMap => object as unknown as ConfigMap;

function validate(object: KubeObject): FieldError[] {
  const { data = {}, binaryData = {} } = asConfigMap(object);
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of sortedKeys(data)) {
    const path = new Path("data").key(key);
    report(errors, path, key, isConfigMapKey(key));
    if (Object.hasOwn(binaryData, key)) errors.push(path.invalid(key, "duplicate of key present in binaryData"));
    size += utf8Length(data[key] ?? "");
  }
  for (const key of sortedKeys(binaryData)) {
    report(errors, new Path("binaryData").key(key), key, isConfigMapKey(key));
    size += base64Length(binaryData[key] ?? "");
  }
  if (size > largestData) errors.push(new Path("[]").tooLong(largestData)); // as Go shows an empty path
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [asConfigMap(object), asConfigMap(old)];
  const errors: FieldError[] = [];
  validateFrozen(errors, now, before);
  if (before.immutable && !deepEqual(now.binaryData ?? {}, before.binaryData ?? {}))
    errors.push(new Path("binaryData").forbidden("field is immutable when `immutable` is set"));
  return [...errors, ...validate(object)];
}

export const configMap = defineKind({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  type: "core/v1.ConfigMap",
  strategy: { validate, validateUpdate },
  printer: {
    columns: [
      nameColumn,
      text(
        "Data",
        "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
      ),
      ageColumn,
    ],
    cells(object, now) {
      const { metadata, data = {}, binaryData = {} } = asConfigMap(object);
      const count = Object.keys(data).length + Object.keys(binaryData).length;
      return [metadata.name ?? "", count, age(metadata.creationTimestamp, now)];
    },
  },
});
