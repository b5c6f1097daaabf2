import assert from "node:assert/strict";
import test from "node:test";
import { orderedForEndpoints, orderedForSlice } from "./port-order.ts";
import { packSubsets, type Reached, type Subset, truncated } from "./subsets.ts";

const at = (ip: string, port?: number, ready = true): Reached => ({
  address: { ip, targetRef: { kind: "Pod", uid: ip } },
  ...(port !== undefined && { port: { port, protocol: "TCP" } }),
  ready,
});
const show = (subsets: readonly Subset[]): string[] =>
  subsets
    .map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
      const ready = addresses.map(({ ip }) => ip).join("+");
      const not = notReadyAddresses.map(({ ip }) => `!${ip}`).join("+");
      return `${[ready, not].filter(Boolean).join("+")}:${ports
        .map(({ port }) => port)
        .sort()
        .join("+")}`;
    })
    .sort();

const cases = [
  { name: "of nothing", of: [], want: [] },
  { name: "of one port", of: [at("b", 80), at("a", 80)], want: ["a+b:80"] },
  { name: "of ports that all have", of: [at("a", 80), at("a", 81), at("b", 80), at("b", 81)], want: ["a+b:80+81"] },
  { name: "of ports that some have", of: [at("a", 80), at("a", 81), at("b", 80)], want: ["a+b:80", "a:81"] },
  { name: "of who is not ready", of: [at("a", 80), at("b", 80, false)], want: ["a+!b:80"] },
  { name: "without ports", of: [at("a"), at("b", undefined, false)], want: ["a+!b:"] },
  { name: "of who is both, who counts as not ready", of: [at("a", 80), at("a", 80, false)], want: ["!a:80"] },
];
for (const { name, of, want } of cases) {
  test(`packSubsets ${name}`, () => assert.deepEqual(show(packSubsets(of)), want));
}

test("truncated keeps those that are ready, up to a thousand", () => {
  const many = (count: number, ready: boolean) =>
    Array.from({ length: count }, (_, i) => at(`${ready}${i}`, 80, ready));
  const cut = truncated(packSubsets([...many(900, true), ...many(300, false)]));
  assert.deepEqual([cut?.[0]?.addresses?.length, cut?.[0]?.notReadyAddresses?.length], [900, 100]);
  assert.equal(truncated(packSubsets(many(1000, true))), undefined);
});

test("ports are in the order that upstream's hashes give them", () => {
  const ports = [
    { name: "web", port: 8080, protocol: "TCP" },
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "raw", port: 99, protocol: "TCP", appProtocol: "example.com/raw" },
  ];
  assert.deepEqual(
    orderedForSlice(ports).map(({ name }) => name),
    ["dns", "raw", "web"],
  );
  assert.deepEqual(
    orderedForEndpoints(ports).map(({ name }) => name),
    ["raw", "dns", "web"],
  );
});
