import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Device,
  DeviceClaim,
  ResourceClaim,
  ResourceSlice,
  ResourceSliceSpec,
} from "../../generated/resource-v1.ts";
import { fillRequests } from "../device-defaults.ts";
import { validateClaim, validateClaimStatus, validateSpecUpdate } from "./claim.ts";
import { selectorFault } from "./selector-expression.ts";
import { validateSlice } from "./slice.ts";

const request = (more: object = {}) => ({ name: "gpu", exactly: { deviceClassName: "gpu.example.com", ...more } });
function claim(devices: object, status: object = {}): ResourceClaim {
  const made = { metadata: { name: "c" }, spec: { devices: devices as DeviceClaim }, status } as ResourceClaim;
  fillRequests(made.spec.devices);
  return made;
}
const shown = (errors: readonly { toString(): string }[]): string => errors.map(String).join("\n");

const claims: readonly (readonly [string, object, string])[] = [
  ["of one device", { requests: [request()] }, ""],
  ["of all devices", { requests: [request({ allocationMode: "All" })] }, ""],
  [
    "of no class",
    { requests: [{ name: "gpu", exactly: {} }] },
    "spec.devices.requests[0].exactly.deviceClassName: Required value",
  ],
  [
    "of nothing",
    { requests: [{ name: "gpu" }] },
    "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required",
  ],
  [
    "of all and a count",
    { requests: [request({ allocationMode: "All", count: 2 })] },
    "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
  ],
  ["of one name twice", { requests: [request(), request()] }, 'spec.devices.requests[1]: Duplicate value: "gpu"'],
  [
    "whose constraint leads nowhere",
    { requests: [request()], constraints: [{ requests: ["none"], matchAttribute: "a.example.com/b" }] },
    "spec.devices.constraints[0].requests[0]: Invalid value: \"none\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
  ],
  [
    "of an alternative, by its name",
    {
      requests: [{ name: "gpu", firstAvailable: [{ name: "big", deviceClassName: "x" }] }],
      constraints: [{ requests: ["gpu/big"], matchAttribute: "a.example.com/b" }],
    },
    "",
  ],
  [
    "of too much",
    { requests: Array.from({ length: 33 }, (_, i) => ({ ...request(), name: `r${i}` })) },
    "spec.devices.requests: Too many: 33: must have at most 32 items",
  ],
];
for (const [name, devices, want] of claims)
  test(`a claim ${name}: ${want || "is good"}`, () => assert.equal(shown(validateClaim(claim(devices))), want));

test("the spec of a claim stays as it was made", () => {
  const [now, old] = [claim({ requests: [request({ count: 2 })] }), claim({ requests: [request()] })];
  const type = "resource/v1.ResourceClaimSpec";
  assert.equal(shown(validateSpecUpdate(type, old, claim({ requests: [request()] }))), "");
  assert.match(
    shown(validateSpecUpdate(type, now, old)),
    /^spec: Invalid value: \{"Devices":.*"Count":2.*field is immutable$/,
  );
});

test("a claim is reserved once it is allocated, and its allocation stays", () => {
  const result = (device: string) => ({
    devices: { results: [{ request: "gpu", driver: "gpu.example.com", pool: "n", device }] },
  });
  const reservedFor = [{ resource: "pods", name: "p", uid: "u" }];
  const free = claim({ requests: [request()] });
  const at = (status: object) => claim({ requests: [request()] }, status);
  assert.match(
    shown(validateClaimStatus(at({ reservedFor }), free)),
    /may not be specified when `allocated` is not set/,
  );
  assert.equal(shown(validateClaimStatus(at({ allocation: result("a") }), free)), "");
  const taken = at({ allocation: result("a") });
  assert.match(shown(validateClaimStatus(at({ allocation: result("b") }), taken)), /field is immutable/);
  assert.equal(shown(validateClaimStatus(free, taken)), "");
});

function slice(more: Partial<ResourceSliceSpec> = {}, ...devices: Partial<Device>[]): ResourceSlice {
  const pool = { name: "n", generation: 1, resourceSliceCount: 1 };
  const spec = { driver: "gpu.example.com", nodeName: "n", pool, devices: devices as Device[], ...more };
  return { metadata: { name: "s" }, spec } as ResourceSlice;
}
const oneOf = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
const slices: readonly (readonly [string, ResourceSlice, string])[] = [
  ["with a device", slice({}, { name: "a", attributes: { "x.example.com/y": { version: "1.2.3" } } }), ""],
  [
    "of a node and all nodes",
    slice({ allNodes: true }),
    `spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${oneOf}, but multiple fields are set`,
  ],
  ["with one name twice", slice({}, { name: "a" }, { name: "a" }), 'spec.devices[1]: Duplicate value: "a"'],
  [
    "with a version that is none",
    slice({}, { name: "a", attributes: { v: { version: "one" } } }),
    'spec.devices[0].attributes[v].version: Invalid value: "one": must be a string compatible with semver.org spec 2.0.0',
  ],
  [
    "with two values for one",
    slice({}, { name: "a", attributes: { v: { int: 1, string: "a" } } }),
    'spec.devices[0].attributes[v]: Invalid value: {"IntValue":1,"BoolValue":null,"StringValue":"a","VersionValue":null,"IntValues":null,"BoolValues":null,"StringValues":null,"VersionValues":null}: exactly one value must be specified',
  ],
];
for (const [name, of, want] of slices)
  test(`a slice ${name}: ${want || "is good"}`, () => assert.equal(shown(validateSlice(of)), want));

test("expressions that select devices are compiled: what they say of devices must be so", () => {
  assert.equal(selectorFault('device.driver == "x.io" && device.attributes["x.io"].fast'), undefined);
  assert.equal(selectorFault('device.capacity["x.io"].memory.compareTo(quantity("1Gi")) >= 0'), undefined);
  assert.equal(selectorFault("device.driver"), "must evaluate to bool or the unknown type, not string");
  assert.match(
    selectorFault("device.colour") ?? "",
    /^compilation failed: ERROR: <input>:1:7: undefined field 'colour'/,
  );
});
