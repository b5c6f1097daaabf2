/**
 * Expressions that select devices
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#selectors): what they may refer to.
 */
import { compile, Faults } from "../../cel/compile.ts";
import { estimateCost } from "../../cel/cost/estimate.ts";
import { kubernetesEnvironment } from "../../cel/library/kubernetes.ts";
import { foreign, mapOf, struct, types } from "../../cel/types/type.ts";

const costLimit = 1_000_000;

const device = struct(
  "DRADevice",
  new Map([
    ["driver", types.string],
    ["allowMultipleAllocations", types.bool],
    ["attributes", mapOf(types.string, mapOf(types.string, types.dyn))],
    ["capacity", mapOf(types.string, mapOf(types.string, foreign("kubernetes.Quantity")))],
  ]),
);
const environment = kubernetesEnvironment.withTypes([device]).withVariables({ device });

/** Attributes have names of at most 32 letters in domains of at most 63, and values of at most 64; a device has 32 of them. */
const sizes: Readonly<Record<string, number>> = { string: 64, map: 32 };

/** What is wrong with an expression; undefined: it can be used. */
export function selectorFault(text: string): string | undefined {
  const checked = compile(text, environment);
  if (checked instanceof Faults) return `compilation failed: ${checked}`;
  if (checked.type.kind !== "bool" && checked.type.kind !== "dyn")
    return `must evaluate to bool or the unknown type, not ${checked.type.name}`;
  const { max } = estimateCost(checked, (_path, { kind }) => ({ min: 0, max: sizes[kind] ?? 64 }));
  return max > costLimit ? "too complex, exceeds cost limit" : undefined;
}
