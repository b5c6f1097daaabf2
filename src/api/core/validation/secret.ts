import { base64Length, base64ToUtf8 } from "../../../base/base64.ts";
import type { Secret } from "../../generated/core-v1.ts";
import { DecodeError } from "../../schema/decode.ts";
import { parseJson } from "../../schema/json-text.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path, sortedKeys } from "../../validation/field-error.ts";
import { isConfigMapKey } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";
import { largestData, validateFrozen } from "./data.ts";

const dataPath = new Path("data");
const accountName = "kubernetes.io/service-account.name";

export function validateSecret(secret: Secret): FieldError[] {
  const errors: FieldError[] = [];
  const { data = {} } = secret;
  let size = 0;
  for (const key of sortedKeys(data)) {
    report(errors, dataPath.key(key), key, isConfigMapKey(key));
    size += base64Length(data[key] ?? "");
  }
  if (size > largestData) errors.push(dataPath.tooLong(largestData));
  validateTyped(errors, secret);
  return errors;
}

/** What the types of Kubernetes itself must hold. */
function validateTyped(errors: FieldError[], { type, data = {}, metadata }: Secret): void {
  const required = (key: string): unknown => errors.push(dataPath.key(key).required());
  const lacks = (key: string): boolean => !Object.hasOwn(data, key);
  const json = (key: string): unknown => (lacks(key) ? required(key) : checkJson(errors, key, data[key] ?? ""));
  switch (type) {
    case "kubernetes.io/service-account-token":
      if (!metadata.annotations?.[accountName])
        errors.push(new Path("metadata").child("annotations").key(accountName).required());
      break;
    case "kubernetes.io/dockercfg":
      json(".dockercfg");
      break;
    case "kubernetes.io/dockerconfigjson":
      json(".dockerconfigjson");
      break;
    case "kubernetes.io/basic-auth":
      if (!lacks("username") || !lacks("password")) break;
      required("username");
      required("password");
      break;
    case "kubernetes.io/ssh-auth":
      if (!data["ssh-privatekey"]) required("ssh-privatekey");
      break;
    case "kubernetes.io/tls":
      if (lacks("tls.crt")) required("tls.crt");
      if (lacks("tls.key")) required("tls.key");
  }
}

function checkJson(errors: FieldError[], key: string, value: string): void {
  const say = (why: string): unknown => errors.push(dataPath.key(key).invalid("<secret contents redacted>", why));
  try {
    const parsed = parseJson(base64ToUtf8(value));
    if (typeof parsed === "object" && !Array.isArray(parsed)) return;
    const found = Array.isArray(parsed) ? "array" : typeof parsed === "boolean" ? "bool" : typeof parsed;
    say(`json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    say(error.message);
  }
}

export function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  const errors: FieldError[] = [];
  if (secret.type !== old.type) errors.push(new Path("type").invalid(secret.type, immutableText));
  validateFrozen(errors, secret, old);
  return [...errors, ...validateSecret(secret)];
}
