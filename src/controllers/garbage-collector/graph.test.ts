import assert from "node:assert/strict";
import test from "node:test";
import { configMap } from "../../api/core/config-map.ts";
import { type Affected, Graph, nodeOf, type Reference } from "./graph.ts";

interface Shape {
  readonly owners?: readonly string[];
  readonly blocks?: boolean;
  readonly finalizers?: string[];
  readonly namespace?: string;
}
const reference = (uid: string, blockOwnerDeletion: boolean): Reference => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  name: uid,
  uid,
  blockOwnerDeletion,
});
const object = (uid: string, { owners = [], blocks = true, finalizers, namespace = "n" }: Shape = {}) =>
  nodeOf(configMap, {
    metadata: {
      uid,
      name: uid,
      namespace,
      ownerReferences: owners.map((owner) => reference(owner, blocks)),
      ...(finalizers && { finalizers, deletionTimestamp: "2030-01-01T00:00:00Z" }),
    },
  });
const show = ({ check, orphan }: Affected): string =>
  [...[...check].sort(), ...[...orphan].map((uid) => `orphans of ${uid}`)].join(" ");

test("the graph looks at dependents when their owner goes", () => {
  const graph = new Graph();
  graph.see(object("owner"));
  assert.equal(show(graph.see(object("a", { owners: ["owner"] }))), "");
  graph.see(object("b", { owners: ["owner"] }));
  assert.equal(show(graph.forget("owner")), "a b");
});

test("the graph doubts an owner that it does not know, or that is elsewhere", () => {
  const graph = new Graph();
  assert.equal(show(graph.see(object("a", { owners: ["late"] }))), "a");
  assert.equal(show(graph.see(object("late"))), "");
  assert.equal(show(graph.see(object("b", { owners: ["late"], namespace: "other" }))), "b");
});

test("the graph goes on with an owner once nobody holds it up", () => {
  const graph = new Graph();
  graph.see(object("owner"));
  graph.see(object("a", { owners: ["owner"] }));
  graph.see(object("b", { owners: ["owner"] }));
  assert.equal(show(graph.see(object("owner", { finalizers: ["foregroundDeletion"] }))), "a b owner");
  assert.deepEqual(
    graph.blocking("owner").map(({ name }) => name),
    ["a", "b"],
  );
  assert.equal(show(graph.see(object("a", { owners: ["owner"], blocks: false }))), "owner");
  assert.equal(show(graph.see(object("b"))), "owner");
  assert.deepEqual(graph.blocking("owner"), []);
  assert.equal(show(graph.forget("a")), "owner");
});

test("the graph lets dependents go first where that was asked for", () => {
  const graph = new Graph();
  graph.see(object("owner"));
  assert.equal(show(graph.see(object("owner", { finalizers: ["orphan"] }))), "orphans of owner");
  assert.equal(show(graph.see(object("owner", { finalizers: ["orphan"] }))), "", "but once");
});
