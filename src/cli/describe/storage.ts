/** Descriptions of claims of storage and of storage classes. */

import { formatLabels } from "../../api/printing/columns.ts";
import type { PersistentVolumeClaim, Pod, StorageClass } from "../../client/kinds.ts";
import type { Describer } from "./describer.ts";
import { describeEvents } from "./events.ts";
import { rfc1123 } from "./page.ts";

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

export const describeClaim: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as PersistentVolumeClaim;
  page.head(metadata);
  page.field("StorageClass", spec?.storageClassName ?? "");
  page.field(
    "Status",
    metadata.deletionTimestamp
      ? `Terminating (lasts ${page.since(metadata.deletionTimestamp)})`
      : (status?.phase ?? ""),
  );
  page.field("Volume", spec?.volumeName ?? "");
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
  const bound = Boolean(spec?.volumeName);
  page.field("Capacity", bound ? (status?.capacity?.storage ?? "0") : "");
  page.field(
    "Access Modes",
    bound ? (status?.accessModes ?? []).map((mode) => shortModes[mode] ?? mode).join(",") : "",
  );
  if (spec?.volumeMode) page.field("VolumeMode", spec.volumeMode);
  const source = spec?.dataSource;
  if (source) {
    page.line(0, "DataSource:");
    if (source.apiGroup) page.field("APIGroup", source.apiGroup, 1);
    page.field("Kind", source.kind, 1);
    page.field("Name", source.name, 1);
  }
  const pods = (await around.list("pods", metadata.namespace)) as unknown as readonly Pod[];
  const users = pods.filter((pod) =>
    pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name),
  );
  page.list("Used By", users.map((pod) => pod.metadata.name ?? "").sort());
  if (status?.conditions?.length) {
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const c of status.conditions)
      page.line(
        1,
        `${c.type} \t${c.status} \t${rfc1123(c.lastProbeTime)} \t${rfc1123(c.lastTransitionTime)} \t${c.reason ?? ""} \t${c.message ?? ""}`,
      );
  }
  await describeEvents(page, object, around);
};

export const describeStorageClass: Describer = async (page, object, around) => {
  const storage = object as unknown as StorageClass;
  const { metadata, parameters } = storage;
  page.field("Name", metadata.name);
  page.field(
    "IsDefaultClass",
    metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true" ? "Yes" : "No",
  );
  page.field("Annotations", formatLabels(metadata.annotations));
  page.field("Provisioner", storage.provisioner);
  page.field("Parameters", formatLabels(parameters));
  page.field(
    "AllowVolumeExpansion",
    storage.allowVolumeExpansion === undefined ? "<unset>" : storage.allowVolumeExpansion ? "True" : "False",
  );
  page.list("MountOptions", storage.mountOptions ?? []);
  if (storage.reclaimPolicy) page.field("ReclaimPolicy", storage.reclaimPolicy);
  if (storage.volumeBindingMode) page.field("VolumeBindingMode", storage.volumeBindingMode);
  await describeEvents(page, object, around);
};
