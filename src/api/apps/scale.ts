/** The `scale` of kinds whose replicas stand at `spec.replicas`, chosen by `spec.selector`. */
import type { LabelSelector } from "../generated/meta-v1.ts";
import type { ScaleSubresource } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { formatSelector, selectorOf } from "../selectors.ts";

interface Scaled {
  spec: { replicas?: number | undefined; selector?: LabelSelector | null | undefined };
  status: { replicas?: number | undefined };
}
const asScaled = (object: Draft | KubeObject): Scaled => object as unknown as Scaled;

export const scaleOfReplicas: ScaleSubresource = {
  replicas: (object) => asScaled(object).spec.replicas ?? 0,
  setReplicas(object, replicas) {
    asScaled(object).spec.replicas = replicas;
  },
  statusReplicas: (object) => asScaled(object).status.replicas ?? 0,
  selector: (object) => formatSelector(selectorOf(asScaled(object).spec.selector) ?? []),
};
