import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service, ServiceSpec } from "../../api/generated/core-v1.ts";
import { initFamilies } from "./ip-families.ts";

const service = (spec: Partial<ServiceSpec>): Service =>
  ({ metadata: { name: "s" }, spec: { type: "ClusterIP", selector: { a: "b" }, ...spec } }) as unknown as Service;

const cases: readonly { name: string; spec: Partial<ServiceSpec>; old?: Partial<ServiceSpec>; want: string }[] = [
  { name: "that says nothing", spec: {}, want: "SingleStack IPv4" },
  { name: "of an address", spec: { clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"] }, want: "SingleStack IPv4" },
  { name: "that prefers both", spec: { ipFamilyPolicy: "PreferDualStack" }, want: "PreferDualStack IPv4" },
  {
    name: "that must have both",
    spec: { ipFamilyPolicy: "RequireDualStack" },
    want: 'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  },
  {
    name: "of the other family",
    spec: { ipFamilies: ["IPv6"] },
    want: 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  },
  {
    name: "of two families and a single stack",
    spec: { ipFamilyPolicy: "SingleStack", ipFamilies: ["IPv4", "IPv6"] },
    want: "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
  },
  {
    name: "without a head and a selector",
    spec: { clusterIP: "None", clusterIPs: ["None"], selector: {} },
    want: "RequireDualStack IPv4,IPv6",
  },
  {
    name: "that keeps its policy",
    spec: { clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"], ipFamilies: ["IPv4"] },
    old: { ipFamilyPolicy: "PreferDualStack", clusterIPs: ["10.0.0.1"], ipFamilies: ["IPv4"] },
    want: "PreferDualStack IPv4",
  },
];
for (const { name, spec, old, want } of cases) {
  test(`a service ${name}: ${want}`, () => {
    const made = service(spec);
    const errors = initFamilies(made, old && service(old));
    const found = `${made.spec.ipFamilyPolicy} ${made.spec.ipFamilies?.join() ?? ""}`;
    assert.equal(errors.map(String).join("\n") || found, want);
  });
}
