/** The plugins that are on by default, in upstream's order (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/). */

import type { Catalog } from "../../api/catalog.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import type { Rbac } from "../authz/rbac.ts";
import type { Registry } from "../registry/registry.ts";
import type { WebhookCaller } from "../webhooks/caller.ts";
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
import type { Policies } from "./policies/configured.ts";
import { mutatingPolicies } from "./policies/mutating.ts";
import { paramGuard } from "./policies/param-guard.ts";
import { validatingPolicies } from "./policies/validating.ts";
import { priorityAdmission } from "./priority.ts";
import { resourceQuotaAdmission } from "./resource-quota.ts";
import { runtimeClassAdmission } from "./runtime-class.ts";
import { serviceAccountAdmission } from "./service-account.ts";
import { claimResize, defaultStorageClass, storageObjectInUseProtection } from "./storage.ts";
import { defaultTolerationSeconds, taintNodesByCondition } from "./tolerations-and-taints.ts";
import type { Webhooks } from "./webhooks/configurations.ts";
import { MatchConditions } from "./webhooks/match-conditions.ts";
import { mutatingWebhooks } from "./webhooks/mutating.ts";
import { validatingWebhooks } from "./webhooks/validating.ts";

export interface PluginOptions {
  readonly registry: () => Registry;
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
  readonly subjectOf: SubjectOf;
  readonly catalog: Catalog;
  readonly webhooks: Webhooks;
  readonly caller: WebhookCaller;
  readonly policies: Policies;
}

export const defaultPlugins = ({
  registry,
  authorizer,
  rbac,
  subjectOf,
  catalog,
  webhooks,
  caller,
  policies,
}: PluginOptions): readonly AdmissionPlugin[] => {
  const conditions = new MatchConditions(authorizer);
  return [
    paramGuard({ registry, catalog, authorizer }),
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
    mutatingPolicies({ registry, catalog, authorizer, policies }),
    mutatingWebhooks({ registry, catalog, caller, webhooks, conditions }),
    validatingPolicies({ registry, catalog, authorizer, policies }),
    validatingWebhooks({ registry, catalog, caller, webhooks, conditions }),
    resourceQuotaAdmission(registry),
    escalationGuard({ authorizer, rbac }),
  ];
};
