import type { ResourceQuota } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { compareQuantities } from "../quantity.ts";
import { sortedKeys } from "../validation/field-error.ts";
import { roundResources } from "./resource-defaults.ts";
import { validateQuota, validateQuotaStatus, validateQuotaUpdate } from "./validation/resource-quota.ts";

const asQuota = (object: Draft | KubeObject): ResourceQuota => object as unknown as ResourceQuota;

/** More may be asked for in all than may be used in all: surely a mistake. */
function warnings(object: KubeObject, old?: KubeObject): string[] {
  const hard = asQuota(object).spec.hard ?? {};
  if (old) return [];
  return ["cpu", "memory", "ephemeral-storage"].flatMap((name) => {
    const limit = hard[`limits.${name}`];
    const asked = [`requests.${name}`, ...(name === "ephemeral-storage" ? [] : [name])].find((key) => key in hard);
    if (!asked || limit === undefined || compareQuantities(hard[asked], limit) <= 0) return [];
    return [`ResourceQuota ${asked} (${hard[asked]}) should be less than limits.${name} (${limit})`];
  });
}

function usage({ status: { hard = {}, used = {} } }: ResourceQuota, ofLimits: boolean): string {
  return sortedKeys(hard)
    .filter((name) => name.startsWith("limits.") === ofLimits)
    .map((name) => `${name}: ${used[name] ?? "0"}/${hard[name]}`)
    .join(", ");
}

export const resourceQuota = defineKind({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  shortNames: ["quota"],
  namespaced: true,
  type: "core/v1.ResourceQuota",
  strategy: {
    defaults(object) {
      const { spec, status } = asQuota(object);
      roundResources(spec?.hard);
      roundResources(status?.hard);
      roundResources(status?.used);
    },
    validate: (object) => validateQuota(asQuota(object)),
    validateUpdate: (object, old) => validateQuotaUpdate(asQuota(object), asQuota(old)),
    warnings,
    returnsDeleted: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object) => validateQuotaStatus(asQuota(object)),
  },
  printer: {
    columns: [
      nameColumn,
      text("Request", "Request represents a minimum amount of cpu/memory that a container may consume."),
      text(
        "Limit",
        "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.",
      ),
      ageColumn,
    ],
    cells(object, now) {
      const quota = asQuota(object);
      const { name, creationTimestamp } = quota.metadata;
      return [name ?? "", usage(quota, false), usage(quota, true), age(creationTimestamp, now)];
    },
  },
});
