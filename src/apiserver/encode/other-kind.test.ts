/** What upstream's schemes say of bodies that call themselves something else; asked of those of v1.36. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { customResourceDefinition } from "../../api/apiextensions/custom-resource-definition.ts";
import { apiService } from "../../api/apiregistration/api-service.ts";
import { deployment } from "../../api/apps/deployment.ts";
import { replicaSet } from "../../api/apps/replica-set.ts";
import { eventsEvent as event } from "../../api/events/event.ts";
import { ingress } from "../../api/networking/ingress.ts";
import { decode } from "../../api/schema/decode.ts";
import { encodeProtobuf } from "../../api/schema/protobuf.ts";
import { types } from "../../api/schema/types.ts";
import type { FieldValidation } from "../context.ts";
import { readBody, type Target } from "./body.ts";

const scale = { group: "autoscaling", version: "v1", kind: "Scale", schema: types.struct("autoscaling/v1.Scale") };
const eviction = {
  group: "policy",
  version: "v1",
  kind: "Eviction",
  schema: types.struct("policy/v1.Eviction"),
  also: ["policy/v1beta1"],
};
const options = { group: "", version: "v1", kind: "DeleteOptions", schema: types.struct("meta/v1.DeleteOptions") };

const read = (target: Target, body: object, fieldValidation: FieldValidation = "Ignore", warnings: string[] = []) =>
  readBody(new TextEncoder().encode(JSON.stringify(body)), target, {
    contentType: "application/json",
    fieldValidation,
    warnings,
  });

const main = 'in scheme "pkg/api/legacyscheme/scheme.go:30"';
const mismatch = (given: string, wanted: string): string =>
  `the API version in the data (${given}) does not match the expected API version (${wanted})`;

for (const [target, apiVersion, kind, want] of [
  [deployment, "apps/v1beta1", "Deployment", mismatch("apps/v1beta1", "apps/v1")],
  [deployment, "apps/v1beta2", "Deployment", mismatch("apps/v1beta2", "apps/v1")],
  [deployment, "extensions/v1beta1", "Deployment", mismatch("extensions/v1beta1", "apps/v1")],
  [ingress, "extensions/v1beta1", "Ingress", mismatch("extensions/v1beta1", "networking.k8s.io/v1")],
  [ingress, "networking.k8s.io/v1beta1", "Ingress", mismatch("networking.k8s.io/v1beta1", "networking.k8s.io/v1")],
  [replicaSet, "v1", "ReplicationController", mismatch("v1", "apps/v1")],
  [scale, "extensions/v1beta1", "Scale", mismatch("extensions/v1beta1", "autoscaling/v1")],
  [scale, "apps/v1beta2", "Scale", mismatch("apps/v1beta2", "autoscaling/v1")],
  [event, "v1", "Event", mismatch("v1", "events.k8s.io/v1")],
  [
    customResourceDefinition,
    "apiextensions.k8s.io/v1beta1",
    "CustomResourceDefinition",
    mismatch("apiextensions.k8s.io/v1beta1", "apiextensions.k8s.io/v1"),
  ],
  [
    apiService,
    "apiregistration.k8s.io/v1beta1",
    "APIService",
    mismatch("apiregistration.k8s.io/v1beta1", "apiregistration.k8s.io/v1"),
  ],
] as const) {
  test(`a ${kind} of ${apiVersion} is another version for ${target.group} ${target.kind}`, () =>
    assert.throws(() => read(target, { apiVersion, kind }), { message: want }));
}

for (const [target, apiVersion, kind, want] of [
  [deployment, "extensions/v1beta1", "Scale", "converting (v1beta1.Scale) to (apps.Deployment): unknown conversion"],
  [
    deployment,
    "extensions/v1beta1",
    "Ingress",
    "converting (v1beta1.Ingress) to (apps.Deployment): unknown conversion",
  ],
  [
    deployment,
    "apps/v1beta2",
    "DeploymentList",
    "converting (v1beta2.DeploymentList) to (apps.Deployment): unknown conversion",
  ],
  [
    deployment,
    "apps/v1beta2",
    "DeleteOptions",
    "converting (v1.DeleteOptions) to (apps.Deployment): unknown conversion",
  ],
  [deployment, "foo/v2", "Status", "converting (v1.Status) to (apps.Deployment): unknown conversion"],
  [deployment, "v1", "List", "converting (v1.List) to (apps.Deployment): unknown conversion"],
  [
    deployment,
    "scheduling.k8s.io/v1alpha2",
    "PodGroup",
    "converting (v1alpha2.PodGroup) to (apps.Deployment): unknown conversion",
  ],
  [event, "v1", "Pod", "converting (v1.Pod) to (core.Event): unknown conversion"],
  [options, "v1", "Status", "converting (v1.Status) to (v1.DeleteOptions): unknown conversion"],
  [deployment, "apps/v1", "List", `no kind "List" is registered for version "apps/v1" ${main}`],
  [deployment, "apps/v1beta1", "DaemonSet", `no kind "DaemonSet" is registered for version "apps/v1beta1" ${main}`],
  [
    deployment,
    "extensions/v1beta1",
    "StatefulSet",
    `no kind "StatefulSet" is registered for version "extensions/v1beta1" ${main}`,
  ],
  [deployment, "foo/v1", "Deployment", `no kind "Deployment" is registered for version "foo/v1" ${main}`],
  [deployment, "rbac/v1", "Role", `no kind "Role" is registered for version "rbac/v1" ${main}`],
  [deployment, "v1", "PodSpec", `no kind "PodSpec" is registered for version "v1" ${main}`],
  [deployment, "v1", "BindingList", `no kind "BindingList" is registered for version "v1" ${main}`],
  [
    deployment,
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    `no kind "CustomResourceDefinition" is registered for version "apiextensions.k8s.io/v1" ${main}`,
  ],
  [
    customResourceDefinition,
    "v1",
    "Pod",
    'no kind "Pod" is registered for version "v1" in scheme "k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go:55"',
  ],
  [
    apiService,
    "v1",
    "Pod",
    'no kind "Pod" is registered for version "v1" in scheme "k8s.io/kube-aggregator/pkg/apiserver/scheme/scheme.go:28"',
  ],
  [
    options,
    "apps/v1",
    "Deployment",
    'no kind "Deployment" is registered for version "apps/v1" in scheme "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"',
  ],
] as const) {
  const version = apiVersion.split("/").at(-1);
  test(`a ${kind} of ${apiVersion} is no ${target.kind}`, () =>
    assert.throws(() => read(target, { apiVersion, kind }), {
      message: `${kind} in version "${version}" cannot be handled as a ${target.kind}: ${want}`,
    }));
}

test("what is of another version is read as that first: a wrong type, before all else", () =>
  assert.throws(() => read(deployment, { apiVersion: "apps/v1beta1", kind: "Deployment", spec: { replicas: "x" } }), {
    message:
      'Deployment in version "v1beta1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  }));

test("a list of another version is read with its items", () =>
  assert.throws(
    () =>
      read(deployment, { apiVersion: "apps/v1beta2", kind: "DeploymentList", items: [{ spec: { replicas: "x" } }] }),
    {
      message:
        'DeploymentList in version "v1beta2" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.items.spec.replicas of type int32',
    },
  ));

const rolledBack = { apiVersion: "extensions/v1beta1", kind: "Deployment", spec: { rollbackTo: {}, surge: 1 } };
test("fields are unknown by the version that the object names: strictly, that comes first", () =>
  assert.throws(() => read(deployment, rolledBack, "Strict"), {
    message:
      'Deployment in version "v1beta1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.surge"',
  }));

test("fields that the named version does not know are warned of, though the version is refused", () => {
  const warnings: string[] = [];
  assert.throws(() => read(deployment, rolledBack, "Warn", warnings), {
    message: mismatch("extensions/v1beta1", "apps/v1"),
  });
  assert.deepEqual(warnings, ['unknown field "spec.surge"']);
});

test("an Eviction of policy/v1beta1 is taken, and its faults name that version", () => {
  const body = { apiVersion: "policy/v1beta1", kind: "Eviction", metadata: { name: "web" } };
  assert.equal(read(eviction, body, "Strict").metadata.name, "web");
  assert.throws(() => read(eviction, { ...body, grace: 1 }, "Strict"), {
    message:
      'Eviction in version "v1beta1" cannot be handled as a Eviction: strict decoding error: unknown field "grace"',
  });
});

for (const apiVersion of ["v1", "meta.k8s.io/v1", "extensions/v1beta1", "foo/v7"])
  test(`DeleteOptions are taken as ${apiVersion}`, () => {
    const given = read(options, { apiVersion, kind: "DeleteOptions", gracePeriodSeconds: 7 }) as unknown as object;
    assert.equal((given as { gracePeriodSeconds: number }).gracePeriodSeconds, 7);
  });

const protobuf = (target: Target, name: string, apiVersion: string, kind: string, object: object) => {
  const type = types.struct(name);
  return readBody(encodeProtobuf(type, apiVersion, kind, decode(type, object)), target, {
    contentType: "application/vnd.kubernetes.protobuf",
    fieldValidation: "Strict",
    warnings: [],
  });
};

for (const [sentence, run, message] of [
  [
    "another version is refused in protobuf too",
    () => protobuf(deployment, "apps/v1beta1.Deployment", "apps/v1beta1", "Deployment", { metadata: { name: "a" } }),
    mismatch("apps/v1beta1", "apps/v1"),
  ],
  [
    "another kind is refused in protobuf too",
    () => protobuf(deployment, "extensions/v1beta1.Scale", "extensions/v1beta1", "Scale", {}),
    'Scale in version "v1beta1" cannot be handled as a Deployment: converting (v1beta1.Scale) to (apps.Deployment): unknown conversion',
  ],
  [
    "a kind that is not known is refused in protobuf too",
    () => protobuf(deployment, "apps/v1.Deployment", "foo/v1", "Deployment", {}),
    `Deployment in version "v1" cannot be handled as a Deployment: no kind "Deployment" is registered for version "foo/v1" ${main}`,
  ],
] as const)
  test(sentence, () => assert.throws(run, { message }));

test("an Eviction of policy/v1beta1 is taken in protobuf", () => {
  const made = protobuf(eviction, "policy/v1beta1.Eviction", "policy/v1beta1", "Eviction", {
    metadata: { name: "web" },
  });
  assert.equal(made.metadata.name, "web");
});
