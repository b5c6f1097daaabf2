/** The plugins that are on by default, in upstream's order (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/). */
import type { Authorizer } from "../authz/authorizer.ts";
import type { Rbac } from "../authz/rbac.ts";
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin } from "./admission.ts";
import {
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  type SubjectOf,
} from "./certificates.ts";
import { defaultIngressClass } from "./default-class.ts";
import { escalationGuard } from "./escalation.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction.ts";
import { podSecurity } from "./pod-security.ts";
import { priorityAdmission } from "./priority.ts";
import { resourceQuotaAdmission } from "./resource-quota.ts";
import { runtimeClassAdmission } from "./runtime-class.ts";
import { serviceAccountAdmission } from "./service-account.ts";
import { claimResize, defaultStorageClass, storageObjectInUseProtection } from "./storage.ts";
import { defaultTolerationSeconds, taintNodesByCondition } from "./tolerations-and-taints.ts";

export interface PluginOptions {
  readonly registry: () => Registry;
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
  readonly subjectOf: SubjectOf;
}

export const defaultPlugins = ({
  registry,
  authorizer,
  rbac,
  subjectOf,
}: PluginOptions): readonly AdmissionPlugin[] => [
  namespaceLifecycle(registry),
  limitRanger(registry),
  serviceAccountAdmission(registry),
  nodeRestriction({ registry, authorizer, subjectOf }),
  taintNodesByCondition,
  podSecurity(registry),
  priorityAdmission(registry),
  defaultTolerationSeconds,
  defaultStorageClass(registry),
  storageObjectInUseProtection,
  claimResize(registry),
  runtimeClassAdmission(registry),
  certificateApproval(authorizer),
  certificateSigning(authorizer),
  certificateSubjectRestriction(subjectOf),
  defaultIngressClass(registry),
  resourceQuotaAdmission(registry),
  escalationGuard({ authorizer, rbac }),
];
