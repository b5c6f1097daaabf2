import type { LimitRange, LimitRangeItem } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { roundResources } from "./resource-defaults.ts";
import { validateLimitRange } from "./validation/limit-range.ts";

const asLimitRange = (object: Draft | KubeObject): LimitRange => object as unknown as LimitRange;

/** What containers get is the most they may have; what they ask for is what they get, else the least. */
function defaults(object: Draft): void {
  for (const item of asLimitRange(object).spec?.limits ?? []) {
    if (item.type === "Container") defaultContainer(item);
    for (const list of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio])
      roundResources(list);
  }
}

function defaultContainer(item: LimitRangeItem): void {
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length) item.default = limits;
  if (Object.keys(requests).length) item.defaultRequest = requests;
}

export const limitRange = defineKind({
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  shortNames: ["limits"],
  namespaced: true,
  type: "core/v1.LimitRange",
  strategy: {
    defaults,
    validate: (object) => validateLimitRange(asLimitRange(object)),
  },
});
