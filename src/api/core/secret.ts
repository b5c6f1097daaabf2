import { utf8ToBase64 } from "../../base/base64.ts";
import type { Secret } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { validateSecret, validateSecretUpdate } from "./validation/secret.ts";
import { keyPairWarnings } from "./warnings/key-pair.ts";

const asSecret = (object: Draft | KubeObject): Secret => object as unknown as Secret;

function defaults(object: Draft): void {
  const secret = asSecret(object);
  const { stringData } = secret;
  secret.type ||= "Opaque";
  if (!stringData) return;
  const data = { ...secret.data };
  for (const key in stringData) data[key] = utf8ToBase64(stringData[key] ?? "");
  // as upstream writes maps
  secret.data = Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
  delete secret.stringData;
}

export const secret = defineKind({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  type: "core/v1.Secret",
  strategy: {
    defaults,
    prepareForUpdate(object, old) {
      asSecret(object).type ||= asSecret(old).type;
    },
    validate: (object) => validateSecret(asSecret(object)),
    validateUpdate: (object, old) => validateSecretUpdate(asSecret(object), asSecret(old)),
    warnings: (object) => keyPairWarnings(asSecret(object)),
  },
  selectableFields: { type: (object) => asSecret(object).type ?? "" },
  printer: {
    columns: [
      nameColumn,
      text(
        "Type",
        "Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
      ),
      text(
        "Data",
        "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
      ),
      ageColumn,
    ],
    cells(object, now) {
      const { metadata, type, data = {} } = asSecret(object);
      return [metadata.name ?? "", type ?? "", Object.keys(data).length, age(metadata.creationTimestamp, now)];
    },
  },
});
