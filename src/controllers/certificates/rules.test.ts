import assert from "node:assert/strict";
import test from "node:test";
import type { Requested } from "./authority.ts";
import { dueMs, lifeSeconds, refusal } from "./rules.ts";

const requested = (more: Partial<Requested> = {}): Requested => ({
  commonName: "system:node:n",
  organizations: ["system:nodes"],
  dnsNames: [],
  ipAddresses: [],
  emailAddresses: [],
  uris: [],
  ...more,
});
const [client, kubelet, serving] = [
  "kubernetes.io/kube-apiserver-client",
  "kubernetes.io/kube-apiserver-client-kubelet",
  "kubernetes.io/kubelet-serving",
];

const cases = [
  { signer: client, usages: ["client auth", "key encipherment"], want: undefined },
  { signer: client, usages: ["server auth"], want: "invalid usage for client certificate: server auth" },
  { signer: client, usages: [], want: "missing required usage for client certificate: client auth" },
  { signer: kubelet, usages: ["client auth", "digital signature"], want: undefined },
  { signer: kubelet, usages: ["client auth", "digital signature", "key encipherment"], want: undefined },
  {
    signer: kubelet,
    usages: ["client auth"],
    want: "usages did not match [client auth digital signature key encipherment]",
  },
  { signer: kubelet, of: { organizations: ["devs"] }, usages: [], want: "subject organization is not system:nodes" },
  { signer: kubelet, of: { dnsNames: ["n"] }, usages: [], want: "DNS subjectAltNames are not allowed" },
  {
    signer: kubelet,
    of: { commonName: "jane" },
    usages: [],
    want: "subject common name does not begin with system:node:",
  },
  { signer: serving, usages: ["server auth", "digital signature"], want: "DNS or IP subjectAltName is required" },
  { signer: serving, of: { ipAddresses: ["10.0.0.1"] }, usages: ["server auth", "digital signature"], want: undefined },
];
for (const { signer, of, usages, want } of cases) {
  test(`${signer} with ${usages.join(", ") || "no usages"}: ${want ?? "signed"}`, () =>
    assert.equal(refusal(signer, requested(of), usages), want));
}

test("a certificate lives as long as was asked for, within bounds", () => {
  const day = 24 * 3600;
  assert.deepEqual([undefined, 60, day, 9999 * day].map(lifeSeconds), [365 * day, 600, day, 365 * day]);
});

test("requests go when nobody needs them any more", () => {
  const at = (hour: number): string => `2030-01-01T${String(hour).padStart(2, "0")}:00:00Z`;
  const request = (type?: string, certificate?: string) => ({
    metadata: { creationTimestamp: at(0) },
    status: {
      ...(certificate && { certificate }),
      conditions: type ? [{ type, status: "True", lastUpdateTime: at(1) }] : [],
    },
  });
  const due = [request(), request("Denied"), request("Approved", "c"), request("Approved")].map((r) => dueMs(r) ?? 0);
  const hours = due.map((ms) => (ms - Date.parse(at(0))) / 3_600_000);
  assert.deepEqual(hours, [24, 2, 2, 25]);
});
