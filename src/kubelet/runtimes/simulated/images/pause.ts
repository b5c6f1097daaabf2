/** The image that holds a pod's namespaces: it waits. */
import { emptyRoot } from "./busybox.ts";
import { type ImageDefinition, programsIn, withFiles } from "./image.ts";

export const pause: ImageDefinition = {
  repository: "registry.k8s.io/pause",
  version: (tag) => (tag === "latest" || /^3\.(\d|10)(\.\d)?$/.test(tag) ? tag : undefined),
  size: 320_000,
  entrypoint: ["/pause"],
  command: ["/pause"],
  user: 65_535,
  root: () => withFiles(emptyRoot, programsIn("", ["pause"])),
};
