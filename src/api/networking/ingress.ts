import type { Ingress } from "../generated/networking-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { ingressPrinter } from "./networking-printers.ts";
import { classAnnotation, validateIngress, validateIngressStatus, validateNewIngress } from "./validation/ingress.ts";

const asIngress = (object: Draft | KubeObject): Ingress => object as unknown as Ingress;

function warnings(object: KubeObject, old?: KubeObject): string[] {
  const { metadata, spec } = asIngress(object);
  if (old || metadata.annotations?.[classAnnotation] === undefined || spec.ingressClassName !== undefined) return [];
  return [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`];
}

export const ingress = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  shortNames: ["ing"],
  namespaced: true,
  type: "networking/v1.Ingress",
  strategy: {
    validate: (object) => validateNewIngress(asIngress(object)),
    validateUpdate: (object) => validateIngress(asIngress(object)),
    warnings,
    generation: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateIngressStatus(asIngress(object), asIngress(old)),
  },
  printer: ingressPrinter,
});
