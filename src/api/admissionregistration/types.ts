import type { TypeText } from "../schema/sources.ts";

/** The types of admissionregistration/v1, in the notation that schema/notation.ts reads. */
export const admissionregistrationTypes = {
  groupVersion: "admissionregistration/v1",
  text: `
ApplyConfiguration
  expression 1 string
AuditAnnotation
  key 1 string always required
  valueExpression 2 string always required
ExpressionWarning
  fieldRef 2 string always required
  warning 3 string always required
JSONPatch
  expression 1 string
MatchCondition
  name 1 string always required
  expression 2 string always required
MatchResources atomic
  namespaceSelector 1 *LabelSelector
  objectSelector 2 *LabelSelector
  resourceRules 3 []NamedRuleWithOperations atomic
  excludeResourceRules 4 []NamedRuleWithOperations atomic
  matchPolicy 7 *string enum(Equivalent,Exact)
MutatingAdmissionPolicy kind
  metadata 1 ObjectMeta
  spec 2 MutatingAdmissionPolicySpec
MutatingAdmissionPolicyBinding kind
  metadata 1 ObjectMeta
  spec 2 MutatingAdmissionPolicyBindingSpec
MutatingAdmissionPolicyBindingSpec
  policyName 1 string
  paramRef 2 *ParamRef
  matchResources 3 *MatchResources
MutatingAdmissionPolicySpec
  paramKind 1 *ParamKind
  matchConstraints 2 *MatchResources
  variables 3 []Variable atomic
  mutations 4 []Mutation atomic
  failurePolicy 5 *string enum(Fail,Ignore)
  matchConditions 6 []MatchCondition map(name) merge(name)
  reinvocationPolicy 7 string enum(IfNeeded,Never)
MutatingWebhook
  name 1 string always required
  clientConfig 2 WebhookClientConfig always required
  rules 3 []RuleWithOperations atomic
  failurePolicy 4 *string enum(Fail,Ignore)
  matchPolicy 9 *string enum(Equivalent,Exact)
  namespaceSelector 5 *LabelSelector
  objectSelector 11 *LabelSelector
  sideEffects 6 *string always enum(None,NoneOnDryRun,Some,Unknown) required
  timeoutSeconds 7 *int32
  admissionReviewVersions 8 []string always atomic required
  reinvocationPolicy 10 *string enum(IfNeeded,Never)
  matchConditions 12 []MatchCondition map(name) merge(name)
MutatingWebhookConfiguration kind
  metadata 1 ObjectMeta
  webhooks 2 []MutatingWebhook map(name) merge(name)
Mutation
  patchType 2 string always enum(ApplyConfiguration,JSONPatch) required
  applyConfiguration 3 *ApplyConfiguration
  jsonPatch 4 *JSONPatch
NamedRuleWithOperations atomic
  resourceNames 1 []string atomic
  ruleWithOperations 2 RuleWithOperations inline
ParamKind atomic
  apiVersion 1 string
  kind 2 string
ParamRef atomic
  name 1 string
  namespace 2 string
  selector 3 *LabelSelector
  parameterNotFoundAction 4 *string
Rule
  apiGroups 1 []string
  apiVersions 2 []string
  resources 3 []string
  scope 4 *string
RuleWithOperations
  operations 1 []string atomic enum(*,CONNECT,CREATE,DELETE,UPDATE)
  rule 2 Rule inline
ServiceReference
  namespace 1 string always required
  name 2 string always required
  path 3 *string
  port 4 *int32
TypeChecking
  expressionWarnings 1 []ExpressionWarning atomic
ValidatingAdmissionPolicy kind
  metadata 1 ObjectMeta
  spec 2 ValidatingAdmissionPolicySpec
  status 3 ValidatingAdmissionPolicyStatus
ValidatingAdmissionPolicyBinding kind
  metadata 1 ObjectMeta
  spec 2 ValidatingAdmissionPolicyBindingSpec required
ValidatingAdmissionPolicyBindingSpec
  policyName 1 string required
  paramRef 2 *ParamRef
  matchResources 3 *MatchResources
  validationActions 4 []string set enum(Audit,Deny,Warn) required
ValidatingAdmissionPolicySpec
  paramKind 1 *ParamKind
  matchConstraints 2 *MatchResources
  validations 3 []Validation atomic
  failurePolicy 4 *string enum(Fail,Ignore)
  auditAnnotations 5 []AuditAnnotation atomic
  matchConditions 6 []MatchCondition map(name) merge(name)
  variables 7 []Variable map(name) merge(name)
ValidatingAdmissionPolicyStatus
  observedGeneration 1 int64
  typeChecking 2 *TypeChecking
  conditions 3 []Condition map(type)
ValidatingWebhook
  name 1 string always required
  clientConfig 2 WebhookClientConfig always required
  rules 3 []RuleWithOperations atomic
  failurePolicy 4 *string enum(Fail,Ignore)
  matchPolicy 9 *string enum(Equivalent,Exact)
  namespaceSelector 5 *LabelSelector
  objectSelector 10 *LabelSelector
  sideEffects 6 *string always enum(None,NoneOnDryRun,Some,Unknown) required
  timeoutSeconds 7 *int32
  admissionReviewVersions 8 []string always atomic required
  matchConditions 11 []MatchCondition map(name) merge(name)
ValidatingWebhookConfiguration kind
  metadata 1 ObjectMeta
  webhooks 2 []ValidatingWebhook map(name) merge(name)
Validation
  expression 1 string always required
  message 2 string
  reason 3 *string
  messageExpression 4 string
Variable atomic
  name 1 string always required
  expression 2 string always required
WebhookClientConfig
  url 3 *string
  service 1 *ServiceReference
  caBundle 2 bytes
`,
};

/** What is known of the group, and not served. */
export const admissionregistrationUnserved: readonly TypeText[] = [
  {
    groupVersion: "admissionregistration/v1beta1",
    like: ["admissionregistration/v1"],
    text: `
- Rule RuleWithOperations
MutatingWebhook like
  rules 3 []admissionregistration/v1.RuleWithOperations atomic
  sideEffects 6 *string
  admissionReviewVersions 8 []string atomic
NamedRuleWithOperations like
  ruleWithOperations 2 admissionregistration/v1.RuleWithOperations inline
ValidatingWebhook like
  rules 3 []admissionregistration/v1.RuleWithOperations atomic
  sideEffects 6 *string atomic
  admissionReviewVersions 8 []string atomic
`,
  },
  {
    groupVersion: "admissionregistration/v1alpha1",
    like: ["admissionregistration/v1beta1"],
    text: `
- MatchCondition MutatingWebhook MutatingWebhookConfiguration ServiceReference ValidatingWebhook
- ValidatingWebhookConfiguration WebhookClientConfig
MutatingAdmissionPolicySpec like
  matchConditions 6 []admissionregistration/v1.MatchCondition map(name) merge(name)
ValidatingAdmissionPolicySpec like
  matchConditions 6 []admissionregistration/v1.MatchCondition map(name) merge(name)
Variable
  name 1 string always required
  expression 2 string always required
`,
  },
];
