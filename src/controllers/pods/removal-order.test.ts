import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../client/kinds.ts";
import { epoch, pod } from "../test-objects.ts";
import { deletionCostAnnotation, inRemovalOrder } from "./removal-order.ts";

const cost = (value: string) => ({ annotations: { [deletionCostAnnotation]: value } });
const now = epoch + 10_000_000;

const cases: { name: string; pods: Pod[]; related?: Pod[]; want: string }[] = [
  { name: "pods without a node go first", pods: [pod("a"), pod("b", { node: "" })], want: "b a" },
  { name: "pending pods before running ones", pods: [pod("a"), pod("b", { phase: "Pending" })], want: "b a" },
  { name: "pods that are not ready before those that are", pods: [pod("a"), pod("b", { ready: false })], want: "b a" },
  { name: "cheap pods before dear ones", pods: [pod("a", cost("5")), pod("b"), pod("c", cost("-5"))], want: "c b a" },
  { name: "a cost that is no number is none", pods: [pod("a", cost("1")), pod("b", cost("07"))], want: "b a" },
  {
    name: "crowded nodes are relieved",
    pods: [pod("a"), pod("b", { node: "m" })],
    related: [pod("a"), pod("b", { node: "m" }), pod("x", { node: "m" })],
    want: "b a",
  },
  { name: "long ready pods stay", pods: [pod("a", { ready: 10 }), pod("b", { ready: 9000 })], want: "b a" },
  {
    name: "like ages are told apart by chance alone: by uid",
    pods: [pod("a", { uid: "2", ready: 100 }), pod("b", { uid: "1", ready: 200 })],
    want: "b a",
  },
  { name: "pods that restart much go before calm ones", pods: [pod("a"), pod("b", { restarts: 3 })], want: "b a" },
];
for (const { name, pods, related, want } of cases) {
  test(`inRemovalOrder: ${name}`, () => {
    const order = inRemovalOrder(pods, related ?? pods, now);
    assert.equal(order.map(({ metadata }) => metadata.name).join(" "), want);
  });
}
