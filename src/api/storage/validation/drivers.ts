/** CSIDrivers, CSINodes and CSIStorageCapacities (upstream's pkg/apis/storage/validation). */
import { validateCsiDriverName } from "../../core/validation/volume-sources.ts";
import type {
  CSIDriver,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  TokenRequest,
} from "../../generated/storage-v1.ts";
import { deepEqual } from "../../object.ts";
import { compareQuantities } from "../../quantity.ts";
import { checkNonNegative, checkSupported, negativeText, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isDns1123Subdomain, isQualifiedName } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";

const specPath = new Path("spec");
const longestNodeId = 256;

export function validateDriver({ spec }: CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  const { nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = spec;
  const policies = ["File", "None", "ReadWriteOnceWithFSType"];
  checkSupported(errors, specPath.child("fsGroupPolicy"), spec.fsGroupPolicy, policies);
  validateTokenRequests(errors, spec.tokenRequests ?? [], specPath.child("tokenRequests"));
  for (const mode of spec.volumeLifecycleModes ?? [])
    checkSupported(errors, specPath.child("volumeLifecycleModes"), mode, ["Persistent", "Ephemeral"]);
  if (period !== undefined && period < 10) {
    const path = specPath.child("nodeAllocatableUpdatePeriodSeconds");
    errors.push(path.invalid(period, "must be greater than or equal to 10 seconds"));
  }
  if (inSecrets !== undefined && !spec.tokenRequests?.length) {
    const why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
    errors.push(specPath.child("serviceAccountTokenInSecrets").invalid(inSecrets, why));
  }
  return errors;
}

function validateTokenRequests(errors: FieldError[], requests: readonly TokenRequest[], path: Path): void {
  requests.forEach(({ audience, expirationSeconds: seconds }, i) => {
    const at = path.index(i);
    if (requests.findIndex((other) => other.audience === audience) < i) {
      errors.push(at.child("audience").duplicate(audience));
      return;
    }
    const say = (why: string): unknown => errors.push(at.child("expirationSeconds").invalid(seconds, why));
    if (seconds === undefined) return;
    if (seconds < 600) say("may not specify a duration less than 10 minutes");
    if (seconds > 2 ** 32) say("may not specify a duration larger than 2^32 seconds");
  });
}

export function validateDriverUpdate(driver: CSIDriver, old: CSIDriver): FieldError[] {
  const errors = validateDriver(driver);
  const { spec } = driver;
  if (spec.attachRequired !== old.spec.attachRequired)
    errors.push(specPath.child("attachedRequired").invalid(spec.attachRequired, immutableText)); // upstream's spelling
  if (!deepEqual(spec.volumeLifecycleModes, old.spec.volumeLifecycleModes))
    errors.push(specPath.child("volumeLifecycleModes").invalid(spec.volumeLifecycleModes, immutableText));
  return errors;
}

export function validateCsiNode({ spec }: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  const drivers = spec.drivers ?? [];
  drivers.forEach((driver, i) => {
    const path = specPath.child("drivers").index(i);
    validateNodeDriver(errors, driver, path);
    if (drivers.findIndex(({ name }) => name === driver.name) < i)
      errors.push(path.child("name").duplicate(driver.name));
    (driver.topologyKeys ?? []).forEach((key, j, all) => {
      if (!key) errors.push(path.required());
      if (all.indexOf(key) < j) errors.push(path.duplicate(key));
      report(errors, path, key, isQualifiedName(key));
    });
  });
  return errors;
}

function validateNodeDriver(errors: FieldError[], { name, nodeID, allocatable }: CSINodeDriver, path: Path): void {
  validateCsiDriverName(errors, name, path.child("name"));
  if (!nodeID) errors.push(path.child("nodeID").required());
  if (nodeID.length > longestNodeId)
    errors.push(path.child("nodeID").invalid(nodeID, `must be ${longestNodeId} characters or less`));
  checkNonNegative(errors, path.child("allocatable", "count"), allocatable?.count);
}

export function validateCsiNodeUpdate(node: CSINode, old: CSINode): FieldError[] {
  const errors = validateCsiNode(node);
  for (const before of old.spec.drivers ?? [])
    for (const driver of node.spec.drivers ?? []) {
      if (driver.name !== before.name) continue;
      const { name, nodeID, topologyKeys } = driver;
      const same = nodeID === before.nodeID && deepEqual(topologyKeys ?? [], before.topologyKeys ?? []);
      const shown = { Name: name, NodeID: nodeID, TopologyKeys: topologyKeys ?? null, Allocatable: null };
      if (!same) errors.push(specPath.child("drivers").invalid(shown, immutableText));
    }
  return errors;
}

export function validateStorageCapacity(made: CSIStorageCapacity): FieldError[] {
  const errors: FieldError[] = [];
  validateLabelSelector(errors, made.nodeTopology, new Path("nodeTopology"));
  report(errors, new Path("storageClassName"), made.storageClassName, isDns1123Subdomain(made.storageClassName));
  if (made.capacity !== undefined && compareQuantities(made.capacity, "0") < 0)
    errors.push(new Path("capacity").invalid(made.capacity, negativeText));
  return errors;
}

export function validateStorageCapacityUpdate(made: CSIStorageCapacity, old: CSIStorageCapacity): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["nodeTopology", "storageClassName"] as const)
    if (!deepEqual(made[field], old[field])) errors.push(new Path(field).invalid(made[field], immutableText));
  return errors;
}
