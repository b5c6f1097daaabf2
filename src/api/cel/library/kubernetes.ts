/**
 * What every expression in Kubernetes 1.36 has at hand: the language and its libraries
 * (apiserver's cel/environment/base.go; https://kubernetes.io/docs/reference/using-api/cel/#cel-community-libraries).
 * Variables are added where expressions are used.
 */
import { Environment } from "../check/environment.ts";
import { foreign, listOf, mapOf, opaque, optionalOf, types } from "../types/type.ts";
import { addresses } from "./addresses.ts";
import { authorizers } from "./authorizer.ts";
import { conversions } from "./conversions.ts";
import { lists } from "./lists.ts";
import { jsonPointers, namedFormats } from "./named-formats.ts";
import { operators } from "./operators.ts";
import { optionals } from "./optionals.ts";
import { quantities } from "./quantities.ts";
import { regularExpressions } from "./regular-expressions.ts";
import { semanticVersions } from "./semantic-versions.ts";
import { strings } from "./strings.ts";
import { times } from "./times.ts";

const namedTypes = [
  types.bool,
  types.bytes,
  types.double,
  types.duration,
  types.int,
  listOf(types.dyn),
  mapOf(types.dyn, types.dyn),
  types.null,
  types.string,
  types.timestamp,
  types.type,
  types.uint,
  optionalOf(types.dyn),
  opaque("net.IP"),
  opaque("net.CIDR"),
];

export const kubernetesEnvironment = Environment.empty
  .withTypes(namedTypes)
  .withFunctions([
    ...operators,
    ...conversions,
    ...strings,
    ...regularExpressions,
    ...times,
    ...optionals,
    ...lists,
    ...addresses,
    ...quantities,
    ...semanticVersions,
    ...namedFormats,
    ...authorizers,
  ]);

/** With what only the expressions of JSON patches have. */
export const patchEnvironment = kubernetesEnvironment.withFunctions(jsonPointers);

export const authorizerType = foreign("kubernetes.authorization.Authorizer");
export const resourceCheckType = foreign("kubernetes.authorization.ResourceCheck");
