/** Small questions about what a pod asks for. */
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../client/client.ts";
import type { Pod } from "../../client/kinds.ts";
import type { Regarding } from "../../reconciler/events.ts";

export type Container = Shared<core.Container>;
export type Probe = Shared<core.Probe>;
export type PodStatus = Shared<core.PodStatus>;
export type ContainerStatus = Shared<core.ContainerStatus>;
export type PodCondition = Shared<core.PodCondition>;

export type ContainerRole = "init" | "main" | "ephemeral";

export const mainContainers = (pod: Pod): readonly Container[] => pod.spec.containers ?? [];
export const initContainers = (pod: Pod): readonly Container[] => pod.spec.initContainers ?? [];
export const ephemeralContainers = (
  pod: Pod,
): readonly (Container & { readonly targetContainerName?: string | undefined })[] => pod.spec.ephemeralContainers ?? [];

/** An init container that keeps running beside the main ones. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === "Always";

export function findContainer(pod: Pod, name: string): { container: Container; role: ContainerRole } | undefined {
  const roles: [ContainerRole, readonly Container[]][] = [
    ["init", initContainers(pod)],
    ["main", mainContainers(pod)],
    ["ephemeral", ephemeralContainers(pod)],
  ];
  for (const [role, containers] of roles) {
    const container = containers.find((c) => c.name === name);
    if (container) return { container, role };
  }
  return undefined;
}

/** As texts name a pod: `web_default(uid)`. */
export const fullName = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`;

/** Whether the container's end with `exitCode` calls for another start (KEP-753, KEP-5307). */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    const matches = exitCodes?.operator === "NotIn" ? !listed : listed;
    if (matches) return action === "Restart";
  }
  switch (container.restartPolicy ?? pod.spec.restartPolicy) {
    case "Never":
      return false;
    case "OnFailure":
      return exitCode !== 0;
    default:
      return true;
  }
}

export function regardingPod({ metadata }: Pod): Regarding {
  const { namespace, name = "", uid, resourceVersion } = metadata;
  return { kind: "Pod", apiVersion: "v1", namespace, name, uid, resourceVersion };
}

const fields: Record<ContainerRole, string> = {
  init: "spec.initContainers",
  main: "spec.containers",
  ephemeral: "spec.ephemeralContainers",
};

export const regardingContainer = (pod: Pod, name: string, role: ContainerRole): Regarding => ({
  ...regardingPod(pod),
  fieldPath: `${fields[role]}{${name}}`,
});

export const isHostNetwork = (pod: Pod): boolean => pod.spec.hostNetwork ?? false;
export const isFinished = (phase: string | undefined): boolean => phase === "Succeeded" || phase === "Failed";
