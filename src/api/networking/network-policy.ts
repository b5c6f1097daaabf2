import type { NetworkPolicy } from "../generated/networking-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { networkPolicyPrinter } from "./networking-printers.ts";
import { policyWarnings, validatePolicy } from "./validation/network-policy.ts";

const asPolicy = (object: Draft | KubeObject): NetworkPolicy => object as unknown as NetworkPolicy;

function defaults(object: Draft): void {
  const { spec } = asPolicy(object);
  if (!spec) return;
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    for (const port of ports ?? []) port.protocol ??= "TCP";
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
}

export const networkPolicy = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  shortNames: ["netpol"],
  namespaced: true,
  type: "networking/v1.NetworkPolicy",
  strategy: {
    defaults,
    validate: (object) => validatePolicy(asPolicy(object)),
    validateUpdate: (object, old) => validatePolicy(asPolicy(object), asPolicy(old)),
    warnings: (object) => policyWarnings(asPolicy(object)),
    generation: true,
  },
  printer: networkPolicyPrinter,
});
