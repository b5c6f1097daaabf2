import assert from "node:assert/strict";
import test from "node:test";
import type { EndpointSlice } from "../../client/kinds.ts";
import type { Endpoint } from "./desired.ts";
import { planSlices, type SliceForm, type SlicePlan } from "./plan.ts";

const http = [{ name: "http", port: 80, protocol: "TCP" }];
const dns = [{ name: "dns", port: 53, protocol: "UDP" }];
const form: SliceForm = { max: 3, metadata: { namespace: "n", generateName: "s-", labels: { of: "s" } } };

const endpoint = (name: string, ready = true): Endpoint => ({
  addresses: [`10.0.0.${name.charCodeAt(0)}`],
  conditions: { ready },
  targetRef: { kind: "Pod", name },
});
const endpoints = (names: string): Endpoint[] =>
  names.split("").map((name) => endpoint(name.toLowerCase(), name === name.toLowerCase()));
const slice = (name: string, names: string, ports = http, labels: Record<string, string> = { of: "s" }) =>
  ({
    metadata: { name, namespace: "n", labels },
    addressType: "IPv4",
    endpoints: endpoints(names),
    ports: ports.length ? ports : null,
  }) satisfies EndpointSlice;
const group = (names: string, ports = http) => ({ ports, endpoints: endpoints(names) });

/** Slices by name (`+` for new ones) with their endpoints; upper case: not ready. */
function show({ create, update, remove }: SlicePlan): string {
  const content = (list: EndpointSlice["endpoints"]): string =>
    (list ?? [])
      .map(({ targetRef, conditions }) => (conditions.ready ? targetRef?.name : targetRef?.name?.toUpperCase()))
      .join("");
  return [
    ...create.map(({ endpoints: list }) => `+${content(list)}`),
    ...update.map(({ metadata, endpoints: list }) => `${metadata.name}=${content(list)}`),
    ...remove.map(({ metadata }) => `-${metadata.name}`),
  ].join(" ");
}

const cases = [
  { name: "makes an empty slice for no endpoints", have: [], want: [], plan: "+" },
  { name: "leaves the empty slice alone", have: [slice("x", "", [])], want: [], plan: "" },
  { name: "fills new slices one after the other", have: [], want: [group("abcd")], plan: "+abc +d" },
  { name: "writes nothing where nothing changed", have: [slice("x", "ab")], want: [group("ab")], plan: "" },
  { name: "writes over what changed", have: [slice("x", "ab")], want: [group("aB")], plan: "x=aB" },
  { name: "takes out what is gone", have: [slice("x", "ab")], want: [group("b")], plan: "x=b" },
  {
    name: "fills a slice that is written anyway",
    have: [slice("x", "abc"), slice("y", "d")],
    want: [group("abdef")],
    plan: "x=abe y=df",
  },
  {
    name: "adds to the fullest slice that has room for all",
    have: [slice("x", "a"), slice("y", "bc")],
    want: [group("abcd")],
    plan: "y=bcd",
  },
  {
    name: "rather makes a slice than writes two",
    have: [slice("x", "ab"), slice("y", "cd")],
    want: [group("abcdef")],
    plan: "+ef",
  },
  { name: "removes a slice that is empty", have: [slice("x", "a"), slice("y", "b")], want: [group("b")], plan: "-x" },
  { name: "keeps ports apart", have: [slice("x", "a")], want: [group("a"), group("b", dns)], plan: "+b" },
  { name: "writes over a slice whose ports are gone", have: [slice("x", "a")], want: [group("a", dns)], plan: "x=a" },
  { name: "puts labels right", have: [slice("x", "a", http, {})], want: [group("a")], plan: "x=a" },
  { name: "empties the last slice", have: [slice("x", "a")], want: [], plan: "x=" },
];
for (const { name, have, want, plan } of cases) {
  test(`planSlices ${name}`, () => assert.equal(show(planSlices(have, want, "IPv4", form)), plan));
}
