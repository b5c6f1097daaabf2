/** Small images that examples and tutorials use: each has one program of its own. */
import { busyboxRoot, emptyRoot } from "./busybox.ts";
import { type ImageDefinition, programsIn, versionsOf, withFiles } from "./image.ts";

export const helloWorld: ImageDefinition = {
  repository: "docker.io/library/hello-world",
  version: (tag) => (["latest", "linux"].includes(tag) ? tag : undefined),
  size: 13_000,
  command: ["/hello"],
  root: () => withFiles(emptyRoot, programsIn("", ["hello"])),
};

export const agnhost: ImageDefinition = {
  repository: "registry.k8s.io/e2e-test-images/agnhost",
  version: (tag) => (tag === "latest" || (/^2\.\d+$/.test(tag) && Number(tag.slice(2)) <= 57) ? tag : undefined),
  size: 52_000_000,
  entrypoint: ["/agnhost"],
  command: ["/agnhost", "pause"],
  root: () => withFiles(busyboxRoot, { ...programsIn("", ["agnhost"]), ...programsIn("/usr/bin", ["curl"]) }),
};

export const curl: ImageDefinition = {
  repository: "docker.io/curlimages/curl",
  version: versionsOf({ "7.88": 1, "8.1": 2, "8.5": 0, "8.10": 1, "8.11": 1, "8.14": 1, "8.16": 0 }),
  size: 10_000_000,
  command: ["curl"],
  user: 100,
  root: () => withFiles(busyboxRoot, programsIn("/usr/bin", ["curl"])),
};

/** Kubernetes' own examples of limits use it. */
export const stress: ImageDefinition = {
  repository: "docker.io/polinux/stress",
  version: (tag) => (["latest", "1.0.4"].includes(tag) ? tag : undefined),
  size: 4_000_000,
  command: ["stress"],
  root: () => withFiles(busyboxRoot, programsIn("/usr/bin", ["stress"])),
};
