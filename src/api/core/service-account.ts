import type { ServiceAccount } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";

const enforced = "kubernetes.io/enforce-mountable-secrets";
const isEnforced = (object: KubeObject | undefined): boolean => object?.metadata.annotations?.[enforced] !== undefined;

/** Secrets are told by name alone. */
function nameSecrets(object: Draft): void {
  const account = object as unknown as ServiceAccount;
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => (name ? { name } : {}));
}

export const serviceAccount = defineKind({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  shortNames: ["sa"],
  namespaced: true,
  type: "core/v1.ServiceAccount",
  strategy: {
    prepareForCreate: nameSecrets,
    prepareForUpdate: nameSecrets,
    warnings: (object, old) =>
      isEnforced(object) && !isEnforced(old)
        ? [
            `metadata.annotations[${enforced}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
          ]
        : [],
    returnsDeleted: true,
  },
  foreignSubresources: {
    token: { verbs: ["create"], kind: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" } },
  },
  printer: {
    columns: [nameColumn, ageColumn],
    cells: ({ metadata }, now) => [metadata.name ?? "", age(metadata.creationTimestamp, now)],
  },
});
