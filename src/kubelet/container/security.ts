/** The security context of a container, as pod and container together ask for it (https://kubernetes.io/docs/tasks/configure-pod-container/security-context/). */
import type { Pod } from "../../client/kinds.ts";
import { type Container, fullName } from "../pod/spec.ts";
import type { Image, SecurityContext } from "../runtimes/contract.ts";
import { maskedPaths, readonlyPaths } from "../runtimes/proc-paths.ts";

type Draft = { -readonly [K in keyof SecurityContext]: SecurityContext[K] };

/** `image`: whose user is taken where nobody names one. */
export function securityContext(pod: Pod, container: Container, image: Image | undefined): SecurityContext {
  const shared = pod.spec.securityContext;
  const own = container.securityContext;
  const context: Draft = {};
  const user = own?.runAsUser ?? shared?.runAsUser;
  const group = own?.runAsGroup ?? shared?.runAsGroup;
  if (user !== undefined) context.runAsUser = user;
  else if (image?.user?.uid !== undefined) context.runAsUser = image.user.uid;
  else if (image?.user?.name) context.runAsUserName = image.user.name;
  if (group !== undefined) context.runAsGroup = group;
  const groups = [...(shared?.supplementalGroups ?? []), ...(shared?.fsGroup === undefined ? [] : [shared.fsGroup])];
  if (groups.length) context.supplementalGroups = groups;
  if (own?.privileged) context.privileged = true;
  if (own?.readOnlyRootFilesystem) context.readOnlyRootFilesystem = true;
  if (own?.allowPrivilegeEscalation === false) context.noNewPrivileges = true;
  if (own?.capabilities?.add) context.addCapabilities = own.capabilities.add;
  if (own?.capabilities?.drop) context.dropCapabilities = own.capabilities.drop;
  profiles(context, pod, container);
  if (own?.procMount !== "Unmasked" && !own?.privileged) {
    context.maskedPaths = maskedPaths;
    context.readonlyPaths = readonlyPaths;
  }
  return context;
}

function profiles(context: Draft, pod: Pod, container: Container): void {
  const shared = pod.spec.securityContext;
  const own = container.securityContext;
  const seccomp = own?.seccompProfile ?? shared?.seccompProfile;
  if (seccomp) {
    const type = seccomp.type as "RuntimeDefault" | "Unconfined" | "Localhost";
    context.seccomp = { type, ...(seccomp.localhostProfile && { path: seccomp.localhostProfile }) };
  }
  const apparmor = own?.appArmorProfile ?? shared?.appArmorProfile;
  if (apparmor) {
    const type = apparmor.type as "RuntimeDefault" | "Unconfined" | "Localhost";
    context.apparmor = { type, ...(apparmor.localhostProfile && { profile: apparmor.localhostProfile }) };
  }
  const selinux = own?.seLinuxOptions ?? shared?.seLinuxOptions;
  if (selinux) {
    const { user, role, type, level } = selinux;
    context.selinux = { ...(user && { user }), ...(role && { role }), ...(type && { type }), ...(level && { level }) };
  }
}

/** Throws where `runAsNonRoot` asks for what the container would not be. */
export function verifyRunAsNonRoot(pod: Pod, container: Container, image: Image | undefined): void {
  const shared = pod.spec.securityContext;
  const own = container.securityContext;
  if (!(own?.runAsNonRoot ?? shared?.runAsNonRoot)) return;
  const user = own?.runAsUser ?? shared?.runAsUser;
  const where = `(pod: "${fullName(pod)}", container: ${container.name})`;
  if (user !== undefined) {
    if (user === 0) throw new Error(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  if (image?.user?.name) {
    throw new Error(
      `container has runAsNonRoot and image has non-numeric user (${image.user.name}), cannot verify user is non-root ${where}`,
    );
  }
  if (!image?.user?.uid) throw new Error(`container has runAsNonRoot and image will run as root ${where}`);
}
