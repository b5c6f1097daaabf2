import type { EndpointSubset, Endpoints } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../object.ts";
import { shortList, text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { Path } from "../validation/field-error.ts";
import { warningsForIp } from "../validation/ip.ts";
import { validateSubsets } from "./validation/endpoints.ts";

const asEndpoints = (object: Draft | KubeObject): Endpoints => object as unknown as Endpoints;
/** What the controller writes is well-formed; looking would only take time. */
const managedBy = "endpoints.kubernetes.io/managed-by";

function warnings(object: KubeObject): string[] {
  if (object.metadata.labels?.[managedBy] === "endpoint-controller") return [];
  const path = new Path("subsets");
  return (asEndpoints(object).subsets ?? []).flatMap((subset, i) =>
    (["addresses", "notReadyAddresses"] as const).flatMap((field) =>
      (subset[field] ?? []).flatMap(({ ip }, j) => warningsForIp(path.index(i).child(field).index(j).child("ip"), ip)),
    ),
  );
}

const shown = ({ addresses = [], ports = [] }: EndpointSubset): string[] =>
  ports.length
    ? ports.flatMap(({ port }) => addresses.map(({ ip }) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)))
    : addresses.map(({ ip }) => ip);

export const endpoints = defineKind({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  type: "core/v1.Endpoints",
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  strategy: {
    defaults(object) {
      for (const { ports } of asEndpoints(object).subsets ?? [])
        for (const port of ports ?? []) port.protocol ||= "TCP";
    },
    validate: (object) => validateSubsets(asEndpoints(object).subsets ?? []),
    validateUpdate(object, old) {
      const [now, before] = [asEndpoints(object).subsets, asEndpoints(old).subsets];
      return deepEqual(now, before) ? [] : validateSubsets(now ?? []);
    },
    warnings,
    allowCreateOnUpdate: true,
  },
  printer: {
    columns: [
      nameColumn,
      text(
        "Endpoints",
        "The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service.",
      ),
      ageColumn,
    ],
    cells(object, now) {
      const { subsets } = asEndpoints(object);
      const { name, creationTimestamp } = object.metadata;
      return [
        name ?? "",
        subsets?.length ? shortList(subsets.flatMap(shown), "") : "<none>",
        age(creationTimestamp, now),
      ];
    },
  },
});
