/** Where a container sees the volumes of its pod. */
import type { Container, EphemeralContainer, VolumeDevice, VolumeMount } from "../../generated/core-v1.ts";
import { checkSupported } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { checkDescendingPath, hasBackstep } from "./paths.ts";
import type { VolumesByName } from "./volumes.ts";

type AnyContainer = Container | EphemeralContainer;

export function validateMounts(
  errors: FieldError[],
  container: AnyContainer,
  volumes: VolumesByName,
  path: Path,
): void {
  const { volumeMounts: mounts, volumeDevices: devices } = container;
  if (!mounts?.length) return;
  const points = new Set<string>();
  for (const [i, mount] of mounts.entries()) {
    const at = path.index(i);
    if (!mount.name) errors.push(at.child("name").required());
    if (!volumes.has(mount.name)) errors.push(at.child("name").notFound(mount.name));
    if (!mount.mountPath) errors.push(at.child("mountPath").required());
    if (points.has(mount.mountPath)) errors.push(at.child("mountPath").invalid(mount.mountPath, "must be unique"));
    points.add(mount.mountPath);
    if (devices?.some((device) => device.name === mount.name))
      errors.push(at.child("name").invalid(mount.name, "must not already exist in volumeDevices"));
    if (devices?.some((device) => device.devicePath === mount.mountPath)) {
      errors.push(at.child("mountPath").invalid(mount.mountPath, "must not already exist as a path in volumeDevices"));
    }
    // upstream leaves the index out of these paths
    checkSubPaths(errors, mount, path, at);
    checkPropagation(errors, mount, container, path.child("mountPropagation"));
    checkRecursiveReadOnly(errors, mount, path.child("recursiveReadOnly"));
  }
}

function checkSubPaths(errors: FieldError[], { subPath, subPathExpr }: VolumeMount, path: Path, at: Path): void {
  if (subPath) checkDescendingPath(errors, path.child("subPath"), subPath);
  if (!subPathExpr) return;
  if (subPath)
    errors.push(at.child("subPathExpr").invalid(subPathExpr, "subPathExpr and subPath are mutually exclusive"));
  checkDescendingPath(errors, path.child("subPathExpr"), subPathExpr);
}

function checkPropagation(errors: FieldError[], mount: VolumeMount, container: AnyContainer, path: Path): void {
  checkSupported(errors, path, mount.mountPropagation, ["Bidirectional", "HostToContainer", "None"]);
  if (mount.mountPropagation === "Bidirectional" && !container.securityContext?.privileged)
    errors.push(path.forbidden("Bidirectional mount propagation is available only to privileged containers"));
}

function checkRecursiveReadOnly(errors: FieldError[], mount: VolumeMount, path: Path): void {
  const { recursiveReadOnly: wanted, readOnly, mountPropagation } = mount;
  if (wanted === undefined || wanted === "Disabled") return;
  if (wanted !== "Enabled" && wanted !== "IfPossible") {
    errors.push(path.notSupported(wanted, ["Disabled", "Enabled", "IfPossible"]));
    return;
  }
  if (!readOnly) errors.push(path.forbidden("may only be specified when readOnly is true"));
  if (mountPropagation !== undefined && mountPropagation !== "None")
    errors.push(path.forbidden("may only be specified when mountPropagation is None or not specified"));
}

export function validateDevices(
  errors: FieldError[],
  container: AnyContainer,
  volumes: VolumesByName,
  path: Path,
): void {
  const { volumeMounts: mounts, volumeDevices: devices } = container;
  if (!devices?.length) return;
  const seen = { names: new Set<string>(), paths: new Set<string>() };
  for (const [i, device] of devices.entries()) {
    const at = path.index(i);
    checkDeviceName(errors, device, volumes, seen.names, at.child("name"));
    checkDevicePath(errors, device, seen.paths, at.child("devicePath"));
    if (mounts?.some((mount) => mount.name === device.name))
      errors.push(at.child("name").invalid(device.name, "must not already exist in volumeMounts"));
    if (mounts?.some((mount) => mount.mountPath === device.devicePath)) {
      errors.push(
        at.child("devicePath").invalid(device.devicePath, "must not already exist as a path in volumeMounts"),
      );
    }
    if (device.name) seen.names.add(device.name);
  }
}

function checkDeviceName(
  errors: FieldError[],
  { name }: VolumeDevice,
  volumes: VolumesByName,
  seen: ReadonlySet<string>,
  path: Path,
): void {
  const volume = volumes.get(name);
  if (!name) errors.push(path.required());
  if (seen.has(name)) errors.push(path.invalid(name, "must be unique"));
  if (!volume) errors.push(path.notFound(name));
  else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
    errors.push(
      path.invalid(name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"),
    );
  }
}

function checkDevicePath(errors: FieldError[], { devicePath }: VolumeDevice, seen: Set<string>, path: Path): void {
  if (!devicePath) errors.push(path.required());
  if (seen.has(devicePath)) errors.push(path.invalid(devicePath, "must be unique"));
  if (hasBackstep(devicePath)) errors.push(path.invalid(devicePath, "can not contain backsteps ('..')"));
  else seen.add(devicePath);
}
