/**
 * What versions that are not served look like on the wire. The field numbers are those of each version's `generated.proto`
 * in Kubernetes v1.36 (staging/src/k8s.io/api/GROUP/VERSION, apiextensions-apiserver, kube-aggregator, apimachinery); a
 * field begins with `number << 3 | wire`, and those that are no pointers are written, zero or not.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "./decode.ts";
import { decodeProtobuf, encodeProtobuf, openEnvelope } from "./protobuf.ts";
import { types } from "./types.ts";
import { unserved } from "./unserved.ts";

const rows: readonly [string, JsonObject, string][] = [
  ["admission/v1beta1.AdmissionResponse", { uid: "u", allowed: true }, "0a01751001"],
  ["admissionregistration/v1beta1.Variable", { name: "a", expression: "b" }, "0a0161120162"],
  ["admissionregistration/v1alpha1.Variable", { name: "a", expression: "b" }, "0a0161120162"],
  ["apidiscovery/v2.APISubresourceDiscovery", { subresource: "scale", verbs: ["get"] }, "0a057363616c652203676574"],
  [
    "apidiscovery/v2beta1.APISubresourceDiscovery",
    { subresource: "scale", verbs: ["get"] },
    "0a057363616c652203676574",
  ],
  [
    "apiextensions/v1beta1.CustomResourceColumnDefinition",
    { name: "a", type: "b", JSONPath: ".c" },
    "0a01611201621a002200280032022e63",
  ],
  ["apiregistration/v1beta1.ServiceReference", { name: "a", namespace: "b", port: 443 }, "0a016212016118bb03"],
  [
    "apiserverinternal/v1alpha1.ServerStorageVersion",
    { apiServerID: "a", encodingVersion: "v1", decodableVersions: ["v1"], servedVersions: ["v2"] },
    "0a0161120276311a02763122027632",
  ],
  ["apps/v1beta1.RollbackConfig", { revision: 3 }, "0803"],
  ["apps/v1beta1.StatefulSetStatus", { replicas: 1 }, "100118002000280032003a005800"],
  [
    "apps/v1beta2.ScaleStatus",
    { replicas: 2, selector: { a: "b" }, targetSelector: "a=b" },
    "080212060a01611201621a03613d62",
  ],
  ["authentication/v1alpha1.SelfSubjectReviewStatus", { userInfo: { username: "jane" } }, "0a080a046a616e651200"],
  ["authentication/v1beta1.TokenReviewSpec", { token: "t", audiences: ["a"] }, "0a0174120161"],
  ["authorization/v1beta1.SubjectAccessReviewSpec", { user: "jane", group: ["g"] }, "1a046a616e652201673200"],
  ["batch/v1beta1.CronJobStatus", { lastSuccessfulTime: "1970-01-01T00:00:07Z" }, "2a0408071000"],
  ["certificates/v1alpha1.ClusterTrustBundleSpec", { signerName: "a", trustBundle: "b" }, "0a0161120162"],
  [
    "certificates/v1beta1.CertificateSigningRequestCondition",
    { type: "Approved", status: "True" },
    "0a08417070726f76656412001a0022002a00320454727565",
  ],
  [
    "coordination/v1alpha2.LeaseCandidateSpec",
    { leaseName: "a", binaryVersion: "1.36.0", strategy: "s" },
    "0a01612206312e33362e302a00320173",
  ],
  [
    "coordination/v1beta1.LeaseCandidateSpec",
    { leaseName: "a", binaryVersion: "1.36.0", strategy: "s" },
    "0a01612206312e33362e302a00320173",
  ],
  [
    "discovery/v1beta1.Endpoint",
    { addresses: ["a"], topology: { z: "1" }, nodeName: "n" },
    "0a016112002a060a017a12013132016e",
  ],
  ["events/v1beta1.EventSeries", { count: 2, lastObservedTime: null }, "08021200"],
  ["extensions/v1beta1.IngressBackend", { serviceName: "web", servicePort: 80 }, "0a037765621206080010501a00"],
  ["extensions/v1beta1.DaemonSetUpdateStrategy", { type: "OnDelete" }, "0a084f6e44656c657465"],
  [
    "flowcontrol/v1beta1.LimitedPriorityLevelConfiguration",
    { assuredConcurrencyShares: 5, limitResponse: { type: "Reject" } },
    "080512080a0652656a656374",
  ],
  [
    "flowcontrol/v1beta2.LimitedPriorityLevelConfiguration",
    { assuredConcurrencyShares: 5, limitResponse: { type: "Reject" } },
    "080512080a0652656a656374",
  ],
  [
    "flowcontrol/v1beta3.LimitedPriorityLevelConfiguration",
    { nominalConcurrencyShares: 5, limitResponse: { type: "Reject" } },
    "080512080a0652656a656374",
  ],
  ["imagepolicy/v1alpha1.ImageReviewStatus", { allowed: true, reason: "r" }, "0801120172"],
  [
    "networking/v1beta1.IngressBackend",
    { serviceName: "web", servicePort: "http" },
    "0a03776562120a080110001a0468747470",
  ],
  ["node/v1alpha1.RuntimeClassSpec", { runtimeHandler: "runc" }, "0a0472756e63"],
  ["node/v1beta1.Scheduling", { nodeSelector: { a: "b" } }, "0a060a0161120162"],
  ["policy/v1beta1.PodDisruptionBudgetSpec", { maxUnavailable: "1%" }, "1a08080110001a023125"],
  ["rbac/v1alpha1.PolicyRule", { verbs: ["get"], apiGroups: [""], resources: ["pods"] }, "0a036765741a002204706f6473"],
  [
    "rbac/v1alpha1.Subject",
    { kind: "User", apiVersion: "a/v1", name: "jane" },
    "0a04557365721204612f76311a046a616e652200",
  ],
  ["rbac/v1beta1.PolicyRule", { verbs: ["get"], apiGroups: [""], resources: ["pods"] }, "0a0367657412001a04706f6473"],
  ["resource/v1alpha3.PoolStatus", { driver: "d", poolName: "p", generation: 1 }, "0a01641201704801"],
  ["resource/v1beta1.DeviceRequest", { name: "gpu", deviceClassName: "c", count: 1 }, "0a0367707512016322002801"],
  ["resource/v1beta2.DeviceTaintSelector", { driver: "d", pool: "p" }, "1201641a0170"],
  ["scheduling/v1alpha2.PodGroupSchedulingPolicy", { gang: { minCount: 2 } }, "12020802"],
  [
    "scheduling/v1beta1.PriorityClass",
    { value: 7, globalDefault: true, description: "d", preemptionPolicy: "Never" },
    "0a100a0012001a0022002a00320038004200100718012201642a054e65766572",
  ],
  ["storage/v1alpha1.VolumeAttachmentSource", { persistentVolumeName: "pv" }, "0a027076"],
  ["storage/v1beta1.VolumeNodeResources", { count: 3 }, "0803"],
  [
    "storagemigration/v1beta1.StorageVersionMigrationSpec",
    { resource: { group: "apps", resource: "deployments" } },
    "0a130a0461707073120b6465706c6f796d656e7473",
  ],
  [
    "core/v1.RangeAllocation",
    { range: "10.0.0.0/24", data: "AQ==" },
    "0a100a0012001a0022002a00320038004200120b31302e302e302e302f32341a0101",
  ],
  ["meta/v1.WatchEvent", { type: "ADDED", object: { a: 1 } }, "0a05414444454412090a077b2261223a317d"],
];
for (const [name, object, hex] of rows) {
  test(`${name} is ${hex} on the wire`, () => {
    const type = types.struct(name);
    const { raw } = openEnvelope(encodeProtobuf(type, "x/v1", "X", object));
    assert.equal(Buffer.from(raw).toString("hex"), hex);
    const back = decodeProtobuf(type, raw);
    assert.deepEqual(Object.fromEntries(Object.keys(object).map((key) => [key, back[key]])), object);
  });
}

test("there is a row for every version that is not served", () => {
  const told = new Set(rows.map(([name]) => name.split(".")[0]));
  // of these there is nothing but reviews of conversions, which no protobuf carries
  told.add("apiextensions/v1");
  assert.deepEqual(
    unserved.map(({ groupVersion }) => groupVersion).filter((version) => !told.has(version)),
    [],
  );
});
