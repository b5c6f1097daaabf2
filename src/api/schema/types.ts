/** All types of the API that are written down, in one place to ask. */
import { admissionTypes } from "../admission/types.ts";
import { admissionregistrationTypes } from "../admissionregistration/types.ts";
import { apiextensionsTypes } from "../apiextensions/types.ts";
import { apiregistrationTypes } from "../apiregistration/types.ts";
import { appsTypes } from "../apps/types.ts";
import { authenticationTypes } from "../authentication/types.ts";
import { authorizationTypes } from "../authorization/types.ts";
import { autoscalingTypesV1 } from "../autoscaling/types-v1.ts";
import { autoscalingTypesV2 } from "../autoscaling/types-v2.ts";
import { batchTypes } from "../batch/types.ts";
import { certificatesTypes } from "../certificates/types.ts";
import { coordinationTypes } from "../coordination/types.ts";
import { coreContainerTypes } from "../core/container-types.ts";
import { coreNodeTypes } from "../core/node-types.ts";
import { corePodTypes } from "../core/pod-types.ts";
import { coreReferenceTypes } from "../core/reference-types.ts";
import { coreServiceTypes } from "../core/service-types.ts";
import { coreStorageTypes } from "../core/storage-types.ts";
import { coreTypes } from "../core/types.ts";
import { coreVolumeTypes } from "../core/volume-types.ts";
import { discoveryTypes } from "../discovery/types.ts";
import { eventsTypes } from "../events/types.ts";
import { flowcontrolTypes } from "../flowcontrol/types.ts";
import { metaTypes } from "../meta/types.ts";
import { metricsTypes } from "../metrics/types.ts";
import { networkingTypes } from "../networking/types.ts";
import { nodeTypes } from "../node/types.ts";
import { policyTypes } from "../policy/types.ts";
import { rbacTypes } from "../rbac/types.ts";
import { resourceTypes } from "../resource/types.ts";
import { schedulingTypes } from "../scheduling/types.ts";
import { storageTypes } from "../storage/types.ts";
import { Types } from "./notation.ts";
import { unserved } from "./unserved.ts";

export const types = new Types(
  [
    metaTypes,
    coreReferenceTypes,
    coreVolumeTypes,
    coreContainerTypes,
    corePodTypes,
    coreServiceTypes,
    coreNodeTypes,
    coreStorageTypes,
    coreTypes,
    admissionTypes,
    admissionregistrationTypes,
    apiextensionsTypes,
    apiregistrationTypes,
    appsTypes,
    authenticationTypes,
    authorizationTypes,
    autoscalingTypesV1,
    autoscalingTypesV2,
    batchTypes,
    certificatesTypes,
    coordinationTypes,
    discoveryTypes,
    eventsTypes,
    flowcontrolTypes,
    metricsTypes,
    networkingTypes,
    nodeTypes,
    policyTypes,
    rbacTypes,
    resourceTypes,
    schedulingTypes,
    storageTypes,
  ],
  unserved,
);
