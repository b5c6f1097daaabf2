/** The types of versions and kinds that are known (they can be read and written) and not served. */
import { admissionUnserved } from "../admission/types.ts";
import { admissionregistrationUnserved } from "../admissionregistration/types.ts";
import { apidiscoveryUnserved } from "../apidiscovery/types.ts";
import { apiextensionsUnserved } from "../apiextensions/types.ts";
import { apiregistrationUnserved } from "../apiregistration/types.ts";
import { apiserverinternalUnserved } from "../apiserverinternal/types.ts";
import { appsUnserved } from "../apps/types.ts";
import { authenticationUnserved } from "../authentication/types.ts";
import { authorizationUnserved } from "../authorization/types.ts";
import { batchUnserved } from "../batch/types.ts";
import { certificatesUnserved } from "../certificates/types.ts";
import { coordinationUnserved } from "../coordination/types.ts";
import { coreUnserved } from "../core/types.ts";
import { discoveryUnserved } from "../discovery/types.ts";
import { eventsUnserved } from "../events/types.ts";
import { extensionsUnserved } from "../extensions/types.ts";
import { flowcontrolUnserved } from "../flowcontrol/types.ts";
import { imagepolicyUnserved } from "../imagepolicy/types.ts";
import { metaUnserved } from "../meta/types.ts";
import { networkingUnserved } from "../networking/types.ts";
import { nodeUnserved } from "../node/types.ts";
import { policyUnserved } from "../policy/types.ts";
import { rbacUnserved } from "../rbac/types.ts";
import { resourceUnserved } from "../resource/types.ts";
import { schedulingUnserved } from "../scheduling/types.ts";
import { storageUnserved } from "../storage/types.ts";
import { storagemigrationUnserved } from "../storagemigration/types.ts";
import type { TypeText } from "./sources.ts";

export const unserved: readonly TypeText[] = [
  ...admissionUnserved,
  ...admissionregistrationUnserved,
  ...apidiscoveryUnserved,
  ...apiextensionsUnserved,
  ...apiregistrationUnserved,
  ...apiserverinternalUnserved,
  ...appsUnserved,
  ...authenticationUnserved,
  ...authorizationUnserved,
  ...batchUnserved,
  ...certificatesUnserved,
  ...coordinationUnserved,
  ...coreUnserved,
  ...discoveryUnserved,
  ...eventsUnserved,
  ...extensionsUnserved,
  ...flowcontrolUnserved,
  ...imagepolicyUnserved,
  ...metaUnserved,
  ...networkingUnserved,
  ...nodeUnserved,
  ...policyUnserved,
  ...rbacUnserved,
  ...resourceUnserved,
  ...schedulingUnserved,
  ...storageUnserved,
  ...storagemigrationUnserved,
];
