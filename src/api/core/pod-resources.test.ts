import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, Pod, PodSpec } from "../generated/core-v1.ts";
import { defaultPullPolicy, imageTag } from "./image-reference.ts";
import { aggregateResources, computeQos } from "./pod-resources.ts";

type List = { [name: string]: string };
const container = (requests?: List, limits?: List, restartPolicy?: string): Container =>
  ({ name: "c", resources: { ...(requests && { requests }), ...(limits && { limits }) }, restartPolicy }) as Container;
const spec = (containers: Container[], initContainers: Container[] = [], more: Partial<PodSpec> = {}): PodSpec =>
  ({ containers, initContainers, ...more }) as PodSpec;

const both = { cpu: "1", memory: "1Gi" };
const qos: readonly { name: string; of: PodSpec; want: string }[] = [
  { name: "nothing asked for", of: spec([container()]), want: "BestEffort" },
  { name: "limits that are the requests", of: spec([container(both, both)]), want: "Guaranteed" },
  {
    name: "the same amount in other words",
    of: spec([container({ cpu: "1000m", memory: "1Gi" }, both)]),
    want: "Guaranteed",
  },
  { name: "a request alone", of: spec([container({ cpu: "1" })]), want: "Burstable" },
  { name: "one container without limits", of: spec([container(both, both), container()]), want: "Burstable" },
  { name: "an init container without limits", of: spec([container(both, both)], [container()]), want: "Burstable" },
  { name: "neither cpu nor memory", of: spec([container({ "example.com/gpu": "1" })]), want: "BestEffort" },
  {
    name: "resources of the whole pod",
    of: spec([container()], [], { resources: { requests: both, limits: both } }),
    want: "Guaranteed",
  },
]; // prettier-ignore

for (const { name, of, want } of qos)
  test(`quality of service: ${name}`, () => assert.equal(computeQos({ spec: of } as Pod), want));

const sums: readonly { name: string; of: PodSpec; want: List }[] = [
  {
    name: "containers add up",
    of: spec([container({ cpu: "1" }), container({ cpu: "500m" })]),
    want: { cpu: "1500m" },
  },
  {
    name: "the largest init container counts if it is larger",
    of: spec([container({ cpu: "1" })], [container({ cpu: "3" }), container({ cpu: "2" })]),
    want: { cpu: "3" },
  },
  {
    name: "a sidecar adds to the containers and to the init containers after it",
    of: spec([container({ cpu: "1" })], [container({ cpu: "1" }, undefined, "Always"), container({ cpu: "3" })]),
    want: { cpu: "4" },
  },
];

for (const { name, of, want } of sums)
  test(`requests of a pod: ${name}`, () => assert.deepEqual(aggregateResources(of, "requests"), want));

const images: readonly [image: string, tag: string, policy: string][] = [
  ["nginx", "latest", "Always"],
  ["nginx:latest", "latest", "Always"],
  ["nginx:1.27", "1.27", "IfNotPresent"],
  ["localhost:5000/nginx", "latest", "Always"],
  [`nginx@sha256:${"a".repeat(64)}`, "", "IfNotPresent"],
];

for (const [image, tag, policy] of images)
  test(`image reference: ${image}`, () => assert.deepEqual([imageTag(image), defaultPullPolicy(image)], [tag, policy]));
