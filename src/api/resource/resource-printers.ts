/** How the kinds of resource.k8s.io are shown. */
import type { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from "../generated/resource-v1.ts";
import type { Printer } from "../kind.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";

export const deviceClassPrinter: Printer = {
  columns: [nameColumn, ageColumn],
  cells(object, now) {
    const { metadata } = object as unknown as DeviceClass;
    return [metadata.name ?? "", age(metadata.creationTimestamp, now)];
  },
};
export const resourceClaimPrinter: Printer = {
  columns: [
    nameColumn,
    text("State", "A summary of the current state (allocated, pending, reserved, etc.)."),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, status } = object as unknown as ResourceClaim;
    const { allocation, reservedFor } = status;
    const states = [
      metadata.deletionTimestamp ? "deleted" : "",
      allocation ? "allocated" : metadata.deletionTimestamp ? "" : "pending",
      allocation && reservedFor?.length ? "reserved" : "",
    ];
    return [metadata.name ?? "", states.filter(Boolean).join(","), age(metadata.creationTimestamp, now)];
  },
};
export const resourceClaimTemplatePrinter: Printer = {
  columns: [nameColumn, ageColumn],
  cells(object, now) {
    const { metadata } = object as unknown as ResourceClaimTemplate;
    return [metadata.name ?? "", age(metadata.creationTimestamp, now)];
  },
};
export const resourceSlicePrinter: Printer = {
  columns: [
    nameColumn,
    text(
      "Node",
      "NodeName identifies the node which provides the resources in this pool. A field selector can be used to list only ResourceSlice objects belonging to a certain node.\n\nThis field can be used to limit access from nodes to ResourceSlices with the same node name. It also indicates to autoscalers that adding new nodes of the same type as some old node might also make new resources available.\n\nExactly one of NodeName, NodeSelector, AllNodes, and PerDeviceNodeSelection must be set. This field is immutable.",
    ),
    text(
      "Driver",
      "Driver identifies the DRA driver providing the capacity information. A field selector can be used to list only ResourceSlice objects with a certain driver name.\n\nMust be a DNS subdomain and should end with a DNS domain owned by the vendor of the driver. It should use only lower case characters. This field is immutable.",
    ),
    text(
      "Pool",
      "Name is used to identify the pool. For node-local devices, this is often the node name, but this is not required.\n\nIt must not be longer than 253 characters and must consist of one or more DNS sub-domains separated by slashes. This field is immutable.",
    ),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as ResourceSlice;
    return [
      metadata.name ?? "",
      spec.nodeName ?? "",
      spec.driver,
      spec.pool.name,
      age(metadata.creationTimestamp, now),
    ];
  },
};
