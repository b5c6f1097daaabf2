import type { IngressClass } from "../generated/networking-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { ingressClassPrinter } from "./networking-printers.ts";
import { validateIngressClass, validateIngressClassUpdate } from "./validation/ingress.ts";

const asClass = (object: Draft | KubeObject): IngressClass => object as unknown as IngressClass;

export const ingressClass = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  type: "networking/v1.IngressClass",
  strategy: {
    defaults(object) {
      const parameters = asClass(object).spec?.parameters;
      if (parameters) parameters.scope ??= "Cluster";
    },
    validate: (object) => validateIngressClass(asClass(object)),
    validateUpdate: (object, old) => validateIngressClassUpdate(asClass(object), asClass(old)),
    generation: true,
  },
  printer: ingressClassPrinter,
});
