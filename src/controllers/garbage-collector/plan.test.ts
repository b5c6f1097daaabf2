import assert from "node:assert/strict";
import test from "node:test";
import { type Facts, judge, type Standing, type Verdict } from "./plan.ts";

const owner = (uid: string, standing: Standing) => ({
  reference: { apiVersion: "apps/v1", kind: "ReplicaSet", name: uid, uid },
  standing,
});
const facts = (more: Partial<Facts> = {}): Facts => ({
  finalizers: [],
  hasDependents: false,
  hasWaitingDependent: false,
  ...more,
});

function show(verdict: Verdict): string {
  if (verdict.do === "keep") return "keep";
  if (verdict.do === "release") return `release ${verdict.uids.join()}`;
  return `delete ${verdict.propagation}${verdict.unblock ? ", unblocked" : ""}`;
}

const cases = [
  { name: "keeps what nobody owns", owners: [], want: "keep" },
  { name: "keeps what has its owner", owners: [owner("a", "solid")], want: "keep" },
  { name: "deletes what has lost its owner", owners: [owner("a", "dangling")], want: "delete Background" },
  {
    name: "keeps what has another owner, without the lost one",
    owners: [owner("a", "solid"), owner("b", "dangling"), owner("c", "waiting")],
    want: "release b,c",
  },
  {
    name: "deletes a leaf whose owner waits",
    owners: [owner("a", "waiting")],
    want: "delete Background",
  },
  {
    name: "waits in turn where there are dependents",
    owners: [owner("a", "waiting")],
    facts: facts({ hasDependents: true }),
    want: "delete Foreground",
  },
  {
    name: "holds nobody up where there may be a circle",
    owners: [owner("a", "waiting")],
    facts: facts({ hasDependents: true, hasWaitingDependent: true }),
    want: "delete Foreground, unblocked",
  },
  {
    name: "orphans where that was asked for",
    owners: [owner("a", "dangling")],
    facts: facts({ finalizers: ["orphan"] }),
    want: "delete Orphan",
  },
];
for (const { name, owners, facts: given = facts(), want } of cases) {
  test(`judge ${name}`, () => assert.equal(show(judge(owners, given)), want));
}
