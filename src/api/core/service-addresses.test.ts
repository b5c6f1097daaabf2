import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service, ServiceSpec } from "../generated/core-v1.ts";
import { dropTypeDependent, keepAllocated, normalizeClusterIps } from "./service-addresses.ts";

const service = (spec: Partial<ServiceSpec>): Service =>
  ({ metadata: {}, spec: { type: "ClusterIP", ...spec }, status: {} }) as Service;
const ip = "10.0.0.1";
const held: Partial<ServiceSpec> = { clusterIP: ip, clusterIPs: [ip] };

const cases: readonly { name: string; before: Partial<ServiceSpec>; asked: Partial<ServiceSpec>; want: object }[] = [
  { name: "addresses left out stay", before: held, asked: {}, want: held },
  { name: "the plural follows", before: held, asked: { clusterIP: ip }, want: held },
  {
    name: "the plural follows a change of the singular",
    before: { clusterIP: "None", clusterIPs: ["None"] },
    asked: { clusterIP: ip, clusterIPs: ["None"] },
    want: held,
  },
  { name: "a name elsewhere needs no address", before: held, asked: { type: "ExternalName", ...held }, want: {} },
  {
    name: "node ports stay with the name of their port",
    before: {
      type: "NodePort",
      ports: [
        { name: "a", port: 1, nodePort: 30001 },
        { name: "b", port: 2, nodePort: 30002 },
      ],
    },
    asked: {
      type: "NodePort",
      ports: [
        { name: "b", port: 9 },
        { name: "c", port: 3, nodePort: 30001 },
        { name: "a", port: 1 },
      ],
    },
    want: {
      ports: [
        { name: "b", port: 9, nodePort: 30002 },
        { name: "c", port: 3, nodePort: 30001 },
        { name: "a", port: 1 },
      ],
    },
  },
  {
    name: "node ports go with the type",
    before: { type: "NodePort", externalTrafficPolicy: "Cluster", ports: [{ port: 1, nodePort: 30001 }] },
    asked: { externalTrafficPolicy: "Cluster", ports: [{ port: 1, nodePort: 30001 }] },
    want: { ports: [{ port: 1 }] },
  },
  {
    name: "but not where the client asks for another",
    before: { type: "NodePort", ports: [{ port: 1, nodePort: 30001 }] },
    asked: { ports: [{ port: 1, nodePort: 30009 }] },
    want: { ports: [{ port: 1, nodePort: 30009 }] },
  },
];

for (const { name, before, asked, want } of cases)
  test(`service: ${name}`, () => {
    const [now, old] = [service(asked), service(before)];
    keepAllocated(now, old);
    normalizeClusterIps(now, old);
    dropTypeDependent(now, old);
    const { type: _, ...rest } = now.spec;
    assert.deepEqual(rest, want);
  });
