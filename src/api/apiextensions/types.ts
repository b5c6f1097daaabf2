import type { TypeText } from "../schema/sources.ts";

/** The types of apiextensions/v1, in the notation that schema/notation.ts reads. */
export const apiextensionsTypes = {
  groupVersion: "apiextensions/v1",
  text: `
ConversionRequest
  uid 1 string always
  desiredAPIVersion 2 string always
  objects 3 []Raw always
ConversionResponse
  uid 1 string always
  convertedObjects 2 []Raw always
  result 3 Status always
ConversionReview kind
  request 1 *ConversionRequest
  response 2 *ConversionResponse
CustomResourceColumnDefinition
  name 1 string always required
  type 2 string always required
  format 3 string
  description 4 string
  priority 5 int32
  jsonPath 6 string always required
CustomResourceConversion
  strategy 1 string always required
  webhook 2 *WebhookConversion
CustomResourceDefinition kind
  metadata 1 ObjectMeta
  spec 2 CustomResourceDefinitionSpec always required
  status 3 CustomResourceDefinitionStatus
CustomResourceDefinitionCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
  observedGeneration 6 int64
CustomResourceDefinitionNames
  plural 1 string always required
  singular 2 string
  shortNames 3 []string atomic
  kind 4 string always required
  listKind 5 string
  categories 6 []string atomic
CustomResourceDefinitionSpec
  group 1 string always required
  names 3 CustomResourceDefinitionNames always required
  scope 4 string always required
  versions 7 []CustomResourceDefinitionVersion always atomic required keepEmpty
  conversion 9 *CustomResourceConversion
  preserveUnknownFields 10 bool
CustomResourceDefinitionStatus
  conditions 1 []CustomResourceDefinitionCondition always map(type)
  acceptedNames 2 CustomResourceDefinitionNames always
  storedVersions 3 []string always atomic
  observedGeneration 4 int64
CustomResourceDefinitionVersion
  name 1 string always required
  served 2 bool always required
  storage 3 bool always required
  deprecated 7 bool
  deprecationWarning 8 *string
  schema 4 *CustomResourceValidation
  subresources 5 *CustomResourceSubresources
  additionalPrinterColumns 6 []CustomResourceColumnDefinition atomic
  selectableFields 9 []SelectableField atomic
CustomResourceSubresourceScale
  specReplicasPath 1 string always required
  statusReplicasPath 2 string always required
  labelSelectorPath 3 *string
CustomResourceSubresources
  status 1 *Empty
  scale 2 *CustomResourceSubresourceScale
CustomResourceValidation
  openAPIV3Schema 1 *JSONSchemaProps
ExternalDocumentation
  description 1 string
  url 2 string
JSONSchemaProps
  id 1 string
  $schema 2 string
  $ref 3 *string
  description 4 string
  type 5 string
  format 6 string
  title 7 string
  default 8 *Raw
  maximum 9 *double
  exclusiveMaximum 10 bool
  minimum 11 *double
  exclusiveMinimum 12 bool
  maxLength 13 *int64
  minLength 14 *int64
  pattern 15 string
  maxItems 16 *int64
  minItems 17 *int64
  uniqueItems 18 bool
  multipleOf 19 *double
  enum 20 []Raw atomic
  maxProperties 21 *int64
  minProperties 22 *int64
  required 23 []string atomic
  items 24 *JSONSchemaPropsOrArray
  allOf 25 []JSONSchemaProps atomic
  oneOf 26 []JSONSchemaProps atomic
  anyOf 27 []JSONSchemaProps atomic
  not 28 *JSONSchemaProps
  properties 29 {}JSONSchemaProps
  additionalProperties 30 *JSONSchemaPropsOrBool
  patternProperties 31 {}JSONSchemaProps
  dependencies 32 {}JSONSchemaPropsOrStringArray
  additionalItems 33 *JSONSchemaPropsOrBool
  definitions 34 {}JSONSchemaProps
  externalDocs 35 *ExternalDocumentation
  example 36 *Raw
  nullable 37 bool
  x-kubernetes-preserve-unknown-fields 38 *bool
  x-kubernetes-embedded-resource 39 bool
  x-kubernetes-int-or-string 40 bool
  x-kubernetes-list-map-keys 41 []string atomic
  x-kubernetes-list-type 42 *string
  x-kubernetes-map-type 43 *string
  x-kubernetes-validations 44 []ValidationRule map(rule) merge(rule)
JSONSchemaPropsOrArray
  schema 1 *JSONSchemaProps always
  jSONSchemas 2 []JSONSchemaProps always
JSONSchemaPropsOrBool
  allows 1 bool always
  schema 2 *JSONSchemaProps always
JSONSchemaPropsOrStringArray
  schema 1 *JSONSchemaProps always
  property 2 []string always
SelectableField
  jsonPath 1 string always required
ServiceReference
  namespace 1 string always required
  name 2 string always required
  path 3 *string
  port 4 *int32
ValidationRule
  rule 1 string always required
  message 2 string
  messageExpression 3 string
  reason 4 *string enum(FieldValueDuplicate,FieldValueForbidden,FieldValueInvalid,FieldValueRequired)
  fieldPath 5 string
  optionalOldSelf 6 *bool
WebhookClientConfig
  url 3 *string
  service 1 *ServiceReference
  caBundle 2 bytes
WebhookConversion
  clientConfig 2 *WebhookClientConfig
  conversionReviewVersions 3 []string always atomic required
`,
};

/** What is known of the group, and not served. */
export const apiextensionsUnserved: readonly TypeText[] = [
  {
    groupVersion: "apiextensions/v1",
    text: `
ConversionRequest
  uid 1 string always required
  desiredAPIVersion 2 string always required
  objects 3 []Raw always atomic required
ConversionResponse
  uid 1 string always required
  convertedObjects 2 []Raw always atomic required
  result 3 Status always required
ConversionReview kind
  request 1 *ConversionRequest
  response 2 *ConversionResponse
`,
  },
  {
    groupVersion: "apiextensions/v1beta1",
    like: ["apiextensions/v1"],
    text: `
- WebhookConversion
CustomResourceColumnDefinition like
  -jsonPath
  JSONPath 6 string always required
CustomResourceConversion
  strategy 1 string always required
  webhookClientConfig 2 *WebhookClientConfig
  conversionReviewVersions 3 []string atomic
CustomResourceDefinitionSpec like
  version 2 string
  validation 5 *CustomResourceValidation
  subresources 6 *CustomResourceSubresources
  versions 7 []CustomResourceDefinitionVersion atomic
  additionalPrinterColumns 8 []CustomResourceColumnDefinition atomic
  selectableFields 11 []SelectableField atomic
  preserveUnknownFields 10 *bool
`,
  },
];
