/** A walk over all containers of a pod, in upstream's order. */
import type { Container, EphemeralContainer, PodSpec } from "../../generated/core-v1.ts";
import type { Path } from "../../validation/field-error.ts";

/** `at` makes the path of the container, when one is needed. */
export function eachContainer(
  spec: PodSpec,
  path: Path,
  visit: (container: Container | EphemeralContainer, at: () => Path) => void,
): void {
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const) {
    const containers = spec[list];
    if (!containers) continue;
    for (let i = 0; i < containers.length; i++) visit(containers[i] as Container, () => path.child(list).index(i));
  }
}
