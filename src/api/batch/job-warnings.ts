/** What is odd about Jobs, though it is taken. */
import { warningsForTemplate } from "../core/warnings/pod-warnings.ts";
import type { JobSpec } from "../generated/batch-v1.ts";
import type { Path } from "../validation/field-error.ts";

export function warningsForJobSpec(spec: JobSpec, path: Path): string[] {
  const huge =
    spec.completionMode === "Indexed" && (spec.completions ?? 0) > 100_000 && (spec.parallelism ?? 0) > 10_000;
  return [
    ...(huge
      ? [
          `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...warningsForTemplate(spec.template, path.child("template")),
  ];
}
