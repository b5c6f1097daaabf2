/** How long a pod may stay on a node with NoExecute taints. */
import { type Taint, type Toleration, tolerates } from "../../api/core/taints.ts";

/** In milliseconds; `Infinity` for ever, 0 not at all. */
export function stayMs(taints: readonly Taint[], tolerations: readonly Toleration[] = []): number {
  const used = taints.map((taint) => tolerations.find((toleration) => tolerates(toleration, taint)));
  const seconds = used.map((toleration) => {
    if (!toleration) return 0;
    const { tolerationSeconds } = toleration;
    return tolerationSeconds === undefined || tolerationSeconds === null
      ? Number.POSITIVE_INFINITY
      : Math.max(tolerationSeconds, 0);
  });
  return Math.min(...seconds) * 1000;
}
