/** Two small plugins: how long pods stay on a node that is lost, and that a new node takes no pods before it is ready. */
import type { Node, Pod, Toleration } from "../../api/generated/core-v1.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { isPod } from "./refuse.ts";

const notReady = "node.kubernetes.io/not-ready";
const unreachable = "node.kubernetes.io/unreachable";
const tolerationSeconds = 300;

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  admit(request) {
    if (!isPod(request) || !request.object || request.operation === "DELETE") return;
    const { spec } = request.object as unknown as Pod;
    const tolerates = ({ key, effect }: Toleration, taint: string): boolean =>
      (!key || key === taint) && (!effect || effect === "NoExecute");
    for (const key of [notReady, unreachable]) {
      if (spec.tolerations?.some((t) => tolerates(t, key))) continue;
      const added = { key, operator: "Exists", effect: "NoExecute", tolerationSeconds };
      spec.tolerations = [...(spec.tolerations ?? []), added];
    }
  },
};

export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  admit({ operation, kind, subresource, object }) {
    if (operation !== "CREATE" || kind.group !== "" || kind.plural !== "nodes" || subresource || !object) return;
    const { spec } = object as unknown as Node;
    const taints = spec.taints ?? [];
    if (taints.some((t) => t.key === notReady && t.effect === "NoSchedule")) return;
    spec.taints = [...taints, { key: notReady, effect: "NoSchedule" }];
  },
};
