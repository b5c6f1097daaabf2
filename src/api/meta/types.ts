import type { TypeText } from "../schema/sources.ts";

/** The types of meta/v1, in the notation that schema/notation.ts reads. */
export const metaTypes = {
  groupVersion: "meta/v1",
  text: `
APIGroup kind
  name 1 string always required
  versions 2 []GroupVersionForDiscovery always atomic required
  preferredVersion 3 GroupVersionForDiscovery
  serverAddressByClientCIDRs 4 []ServerAddressByClientCIDR atomic
APIGroupList kind
  groups 1 []APIGroup always atomic required
APIResource
  name 1 string always required
  singularName 6 string always required
  namespaced 2 bool always required
  group 8 string
  version 9 string
  kind 3 string always required
  verbs 4 []string always required wrapped
  shortNames 5 []string atomic
  categories 7 []string atomic
  storageVersionHash 10 string
APIResourceList kind
  groupVersion 1 string always required
  resources 2 []APIResource always atomic required
APIVersions kind
  versions 1 []string always atomic required
  serverAddressByClientCIDRs 2 []ServerAddressByClientCIDR always atomic required
Condition
  type 1 string always required
  status 2 string always required
  observedGeneration 3 int64
  lastTransitionTime 4 Time always required
  reason 5 string always required
  message 6 string always required
CreateOptions kind
  dryRun 1 []string
  fieldManager 3 string
  fieldValidation 4 string
DeleteOptions kind
  gracePeriodSeconds 1 *int64
  preconditions 2 *Preconditions
  orphanDependents 3 *bool
  propagationPolicy 4 *string
  dryRun 5 []string atomic
  ignoreStoreReadErrorWithClusterBreakingPotential 6 *bool
FieldSelectorRequirement
  key 1 string always required
  operator 2 string always required
  values 3 []string atomic
GetOptions kind
  resourceVersion 1 string
GroupVersionForDiscovery
  groupVersion 1 string always required
  version 2 string always required
GroupVersionKind
  group 1 string always
  version 2 string always
  kind 3 string always
GroupVersionResource
  group 1 string always
  version 2 string always
  resource 3 string always
LabelSelector atomic
  matchLabels 1 {}string
  matchExpressions 2 []LabelSelectorRequirement atomic
LabelSelectorRequirement
  key 1 string always required
  operator 2 string always required
  values 3 []string atomic
ListMeta
  selfLink 1 string
  resourceVersion 2 string
  continue 3 string
  remainingItemCount 4 *int64
  shardInfo 5 *ShardInfo
ListOptions kind
  labelSelector 1 string
  fieldSelector 2 string
  watch 3 bool
  allowWatchBookmarks 9 bool
  resourceVersion 4 string
  resourceVersionMatch 10 string
  timeoutSeconds 5 *int64
  limit 7 int64
  continue 8 string
  sendInitialEvents 11 *bool
  shardSelector 15 string
ManagedFieldsEntry
  manager 1 string
  operation 2 string
  apiVersion 3 string
  time 4 *Time
  fieldsType 6 string
  fieldsV1 7 *Raw
  subresource 8 string
ObjectMeta
  name 1 string
  generateName 2 string
  namespace 3 string
  selfLink 4 string
  uid 5 string
  resourceVersion 6 string
  generation 7 int64
  creationTimestamp 8 Time omitzero
  deletionTimestamp 9 *Time
  deletionGracePeriodSeconds 10 *int64
  labels 11 {}string
  annotations 12 {}string
  ownerReferences 13 []OwnerReference map(uid) merge(uid)
  finalizers 14 []string set merge
  managedFields 17 []ManagedFieldsEntry atomic keepEmpty
OwnerReference atomic
  apiVersion 5 string always required
  kind 1 string always required
  name 3 string always required
  uid 4 string always required
  controller 6 *bool
  blockOwnerDeletion 7 *bool
PartialObjectMetadata kind
  metadata 1 ObjectMeta
PartialObjectMetadataList kind
  metadata 1 ListMeta
  items 2 []PartialObjectMetadata always
PatchOptions kind
  dryRun 1 []string
  force 2 *bool
  fieldManager 3 string
  fieldValidation 4 string
Preconditions
  uid 1 *string
  resourceVersion 2 *string
ServerAddressByClientCIDR
  clientCIDR 1 string always required
  serverAddress 2 string always required
ShardInfo
  selector 1 string always required
Status kind
  metadata 1 ListMeta
  status 2 string
  message 3 string
  reason 4 string
  details 5 *StatusDetails
  code 6 int32
StatusCause
  reason 1 string
  message 2 string
  field 3 string
StatusDetails
  name 1 string
  group 2 string
  kind 3 string
  uid 6 string
  causes 4 []StatusCause atomic
  retryAfterSeconds 5 int32
UpdateOptions kind
  dryRun 1 []string
  fieldManager 2 string
  fieldValidation 3 string
`,
};

/** What is known of the group, and not served. */
export const metaUnserved: readonly TypeText[] = [
  {
    groupVersion: "meta/v1",
    text: `
GroupResource
  group 1 string always required
  resource 2 string always required
WatchEvent
  type 1 string always required
  object 2 Raw always required
`,
  },
];
