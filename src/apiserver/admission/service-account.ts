/** Every pod runs as a service account of its namespace, and is given its token (upstream's ServiceAccount). */
import { serviceAccount as accountKind } from "../../api/core/service-account.ts";
import type { Container, Pod, ServiceAccount, Volume } from "../../api/generated/core-v1.ts";
import { sleep } from "../../base/clock.ts";
import { nameSuffix } from "../../base/random.ts";
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { isPod, refused } from "./refuse.ts";

const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const volumePrefix = "kube-api-access-";
const tokenSeconds = 3607;
/** The account `default` comes a moment after its namespace. */
const patience = { tries: 20, eachMs: 50 };

export function serviceAccountAdmission(registry: () => Registry): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    async admit(request) {
      if (request.operation !== "CREATE" || !isPod(request)) return;
      const pod = request.object as unknown as Pod;
      if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
        refuseSecretsOfMirror(request, pod);
        return;
      }
      pod.spec.serviceAccountName ||= "default";
      pod.spec.serviceAccount = pod.spec.serviceAccountName;
      const account = await find(registry(), request, pod.spec.serviceAccountName);
      if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) {
        mountToken(pod, () => nameSuffix(registry().random));
      }
      const pull = account.imagePullSecrets ?? [];
      if (!pod.spec.imagePullSecrets?.length && pull.length) pod.spec.imagePullSecrets = pull.map((r) => ({ ...r }));
    },
    async validate(request) {
      if (request.operation !== "CREATE" || !isPod(request)) return;
      const { metadata, spec } = request.object as unknown as Pod;
      if (metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return;
      const account = await find(registry(), request, spec.serviceAccountName ?? "default");
      if (account.metadata.annotations?.["kubernetes.io/enforce-mountable-secrets"] === "true")
        limitSecrets(request, account);
    },
  };
}

async function find(registry: Registry, request: AdmissionRequest, name: string): Promise<ServiceAccount> {
  for (let left = name === "default" ? patience.tries : 1; ; left--) {
    const found = await registry.find(accountKind, request.namespace, name);
    if (found) return found as unknown as ServiceAccount;
    if (left <= 1) {
      throw refused(
        request,
        `error looking up service account ${request.namespace}/${name}: serviceaccount "${name}" not found`,
      );
    }
    await sleep(registry.clock, patience.eachMs, request.context.signal);
  }
}

function mountToken({ spec }: Pod, suffix: () => string): void {
  const volumes = spec.volumes ?? [];
  const known = volumes.find(({ name, projected }) => projected && name.startsWith(volumePrefix));
  const name = known?.name ?? `${volumePrefix}${suffix()}`;
  let used = false;
  const mount = (container: Container): void => {
    if (container.volumeMounts?.some((m) => m.mountPath === tokenPath)) return;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }];
    used = true;
  };
  for (const container of spec.initContainers ?? []) mount(container);
  for (const container of spec.containers ?? []) mount(container);
  if (used && !known) spec.volumes = [...volumes, tokenVolume(name)];
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
      },
    ],
    defaultMode: 0o644,
  },
});

function refuseSecretsOfMirror(request: AdmissionRequest, { spec }: Pod): void {
  if (spec.serviceAccountName) throw refused(request, "a mirror pod may not reference service accounts");
  const secret = (spec.volumes ?? []).some((v) => v.secret || v.projected?.sources?.some((s) => s.serviceAccountToken));
  if (secret) throw refused(request, "a mirror pod may not reference secrets");
}

/** An account that says so lets its pods use only the secrets that it lists. */
function limitSecrets(request: AdmissionRequest, account: ServiceAccount): void {
  const allowed = new Set((account.secrets ?? []).map((s) => s.name));
  const { spec } = request.object as unknown as Pod;
  for (const { secret } of spec.volumes ?? []) {
    const wanted = secret?.secretName;
    if (!wanted || allowed.has(wanted)) continue;
    throw refused(
      request,
      `volume with secret.secretName="${wanted}" is not allowed because service account ${account.metadata.name} does not reference that secret`,
    );
  }
}
