/** The columns that tell of a pod template, alike for all workloads. */
import type { PodTemplateSpec } from "../generated/core-v1.ts";
import type { Column } from "../kind.ts";
import { wide } from "./columns.ts";

const names = "Names of each container in the template.";
const images = "Images referenced by each container in the template.";
export const templateColumns: readonly Column[] = [wide("Containers", names), wide("Images", images)];
export const templateTexts = { names, images } as const;

/** The names and the images of the containers. */
export function templateCells(template: Pick<PodTemplateSpec, "spec"> | undefined): [string, string] {
  const containers = template?.spec?.containers ?? [];
  return [containers.map((c) => c.name).join(","), containers.map((c) => c.image ?? "").join(",")];
}
