/** The version of Kubernetes whose behaviour is served, as `kubectl version` and the nodes show it. */
import type { VersionInfo } from "../apiserver/discovery/health.ts";

export const kubernetesVersion: VersionInfo = {
  gitVersion: "v1.36.2",
  gitCommit: "coxswain",
  buildDate: "2026-11-23T00:00:00Z",
  platform: `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`,
};
