import { roundResources } from "../core/resource-defaults.ts";
import { validateContainerResources } from "../core/validation/resources.ts";
import { validateTolerations } from "../core/validation/scheduling.ts";
import type { RuntimeClass } from "../generated/node-v1.ts";
import { defineKind } from "../kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../object.ts";
import { report } from "../validation/checks.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { isDns1123Label } from "../validation/names.ts";
import { immutableText, validateLabels } from "../validation/object-meta.ts";
import { runtimeClassPrinter } from "./runtime-class-printer.ts";

const asClass = (object: Draft | KubeObject): RuntimeClass => object as unknown as RuntimeClass;
const handlerPath = new Path("handler");

function validate(object: KubeObject): FieldError[] {
  const { handler, overhead, scheduling } = asClass(object);
  const errors: FieldError[] = [];
  if (handler) report(errors, handlerPath, handler, isDns1123Label(handler));
  else errors.push(handlerPath.required());
  if (overhead) validateContainerResources(errors, { limits: overhead.podFixed }, new Path("overhead"));
  if (!scheduling) return errors;
  const path = new Path("scheduling");
  errors.push(...validateLabels(scheduling.nodeSelector, path.child("nodeSelector")));
  const { tolerations = [] } = scheduling;
  validateTolerations(errors, tolerations, path.child("tolerations"));
  tolerations.forEach((toleration, i) => {
    const { tolerationSeconds = null, key = "", operator = "", value = "", effect = "" } = toleration;
    const keyOf = ({ tolerationSeconds: _, ...rest }: typeof toleration): object => rest;
    const first = tolerations.findIndex((other) => deepEqual(keyOf(other), keyOf(toleration)));
    const shown = { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: tolerationSeconds };
    if (first < i) errors.push(path.child("tolerations").index(i).duplicate(shown));
  });
  return errors;
}

export const runtimeClass = defineKind({
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  type: "node/v1.RuntimeClass",
  strategy: {
    defaults(object) {
      roundResources(asClass(object).overhead?.podFixed);
    },
    validate,
    validateUpdate(object, old) {
      const { handler } = asClass(object);
      return handler === asClass(old).handler ? [] : [handlerPath.invalid(handler, immutableText)];
    },
  },
  printer: runtimeClassPrinter,
});
