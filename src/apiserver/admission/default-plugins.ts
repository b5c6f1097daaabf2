/** The plugins that are on by default, in upstream's order (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/). */
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { priorityAdmission } from "./priority.ts";
import { resourceQuotaAdmission } from "./resource-quota.ts";
import { serviceAccountAdmission } from "./service-account.ts";
import { defaultTolerationSeconds, taintNodesByCondition } from "./tolerations-and-taints.ts";

export const defaultPlugins = (registry: () => Registry): readonly AdmissionPlugin[] => [
  namespaceLifecycle(registry),
  limitRanger(registry),
  serviceAccountAdmission(registry),
  taintNodesByCondition,
  priorityAdmission(registry),
  defaultTolerationSeconds,
  resourceQuotaAdmission(registry),
];
