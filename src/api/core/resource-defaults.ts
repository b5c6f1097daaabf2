/** What lists of resources are filled with. */
import { ceilDivide, formatQuantity, quantityOf } from "../quantity.ts";
import type { ResourceList } from "./pod-resources.ts";

const million = 1_000_000n;

/** Rounds up to thousandths: finer quantities are no longer kept. */
export function roundResources(list: ResourceList | undefined): void {
  for (const name in list) {
    const text = list[name] ?? "0";
    // canonical texts are finer than thousandths only with these suffixes
    if (!/(?:[nu]|e-[69])$/.test(text)) continue;
    const { nanos, format } = quantityOf(text);
    list[name] = formatQuantity({ nanos: ceilDivide(nanos, million) * million, format });
  }
}

/** Where a limit is set, but no request, the request is the limit. */
export function requestLimits(
  resources: { requests?: ResourceList | undefined; limits?: ResourceList | undefined } | undefined,
): void {
  if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
}
