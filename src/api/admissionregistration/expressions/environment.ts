/**
 * What expressions of webhooks and policies see
 * (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression).
 */
import type { Environment } from "../../cel/check/environment.ts";
import {
  authorizerType,
  kubernetesEnvironment,
  patchEnvironment,
  resourceCheckType,
} from "../../cel/library/kubernetes.ts";
import { listOf, mapOf, struct, type Type, types } from "../../cel/types/type.ts";

const { string, int, bool, dyn, timestamp } = types;

const record = (name: string, fields: Readonly<Record<string, Type>>): Type =>
  struct(`kubernetes.${name}`, new Map(Object.entries(fields)));

const texts = mapOf(string, string);
const namespaceMetadata = record("NamespaceMetadata", {
  name: string,
  generateName: string,
  namespace: string,
  labels: texts,
  annotations: texts,
  UID: string,
  creationTimestamp: timestamp,
  deletionGracePeriodSeconds: int,
  deletionTimestamp: timestamp,
  generation: int,
  resourceVersion: string,
  finalizers: listOf(string),
});
const namespaceCondition = record("NamespaceCondition", {
  status: string,
  type: string,
  lastTransitionTime: timestamp,
  message: string,
  reason: string,
});
const namespaceSpec = record("NamespaceSpec", { finalizers: listOf(string) });
const namespaceStatus = record("NamespaceStatus", { conditions: listOf(namespaceCondition), phase: string });
const namespaceType = record("Namespace", {
  metadata: namespaceMetadata,
  spec: namespaceSpec,
  status: namespaceStatus,
});

const groupVersionKind = record("GroupVersionKind", { group: string, version: string, kind: string });
const groupVersionResource = record("GroupVersionResource", { group: string, version: string, resource: string });
const userInfo = record("UserInfo", {
  username: string,
  uid: string,
  groups: listOf(string),
  extra: mapOf(string, listOf(string)),
});
const requestType = record("AdmissionRequest", {
  kind: groupVersionKind,
  resource: groupVersionResource,
  subResource: string,
  requestKind: groupVersionKind,
  requestResource: groupVersionResource,
  requestSubResource: string,
  name: string,
  namespace: string,
  operation: string,
  userInfo,
  dryRun: bool,
  options: dyn,
});

const named = [
  ...[namespaceType, namespaceMetadata, namespaceSpec, namespaceStatus, namespaceCondition],
  ...[requestType, groupVersionKind, groupVersionResource, userInfo],
];

/** Fields of any name. */
class AnyFields extends Map<string, Type> {
  readonly #type: Type;

  constructor(type: Type, known: Readonly<Record<string, Type>> = {}) {
    super(Object.entries(known));
    this.#type = type;
  }

  override get(name: string): Type {
    return super.get(name) ?? this.#type;
  }
}

export const objectType: Type = struct("Object", new AnyFields(dyn));
/** What no value is of: fields that a patch does not have. */
const unknownType: Type = struct("", new Map());
export const jsonPatchType: Type = struct(
  "JSONPatch",
  new AnyFields(unknownType, { op: string, path: string, from: string, value: dyn }),
);

/** `Object`, `Object.spec`, `Object.spec.template`: types of objects whose schema nobody asks for. */
function dynamicType(name: string): Type | undefined {
  if (name === "JSONPatch") return jsonPatchType;
  if (name === "Object") return objectType;
  return name.startsWith("Object.") ? struct(name, new AnyFields(dyn)) : undefined;
}

export interface Seen {
  readonly params: boolean;
  readonly authorizer: boolean;
  /** The types and functions of patches. */
  readonly patch?: boolean;
  /** The types of `variables`; more may be added between expressions. Absent: there is no such name. */
  readonly variables?: ReadonlyMap<string, Type> | undefined;
}

export const variablesType = (fields: ReadonlyMap<string, Type>): Type => struct("kubernetes.variables", fields);

const made = new Map<string, Environment>();

export function admissionEnvironment({ params, authorizer, patch = false, variables }: Seen): Environment {
  const key = `${params} ${authorizer} ${patch}`;
  let environment = made.get(key);
  if (!environment) {
    const base = patch ? patchEnvironment.withTypeResolver(dynamicType) : kubernetesEnvironment;
    environment = base.withTypes(named).withVariables({
      object: dyn,
      oldObject: dyn,
      namespaceObject: namespaceType,
      request: requestType,
      ...(params && { params: dyn }),
      ...(authorizer && { authorizer: authorizerType, "authorizer.requestResource": resourceCheckType }),
    });
    made.set(key, environment);
  }
  return variables ? environment.withVariables({ variables: variablesType(variables) }) : environment;
}
