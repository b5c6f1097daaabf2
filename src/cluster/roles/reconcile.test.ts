import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyRole, autoUpdate, bindingOf, group, roleNamed, user } from "./notation.ts";
import { planBinding, planRole } from "./reconcile.ts";

const wanted = roleNamed("r", ["get: pods"]);
const withAnnotation = (role: AnyRole, value: string): AnyRole => ({
  ...role,
  metadata: { ...role.metadata, annotations: { [autoUpdate]: value } },
});
const rulesAfter = (existing: AnyRole | undefined): unknown => {
  const step = planRole(existing, wanted);
  return step.do === "nothing" ? "nothing" : [step.do, step.object.rules?.map((r) => `${r.verbs}: ${r.resources}`)];
};

const roles = [
  { name: "is made where there is none", existing: undefined, want: ["create", ["get: pods"]] },
  { name: "is left alone as it is", existing: wanted, want: "nothing" },
  { name: "keeps what a user added", existing: roleNamed("r", ["get: pods", "get: secrets"]), want: "nothing" },
  { name: "that allows more by a star lacks nothing", existing: roleNamed("r", ["*: * @*"]), want: "nothing" },
  {
    name: "gets back what a user took away",
    existing: roleNamed("r", ["get: secrets"]),
    want: ["update", ["get: secrets", "get: pods"]],
  },
  {
    name: "is left alone where its annotation says so",
    existing: withAnnotation(roleNamed("r", []), "false"),
    want: "nothing",
  },
  {
    name: "gets the labels it lacks",
    existing: { metadata: { name: "r" }, rules: wanted.rules ?? [] },
    want: ["update", ["get: pods"]],
  },
];
for (const { name, existing, want } of roles)
  test(`a default role ${name}`, () => assert.deepEqual(rulesAfter(existing), want));

const binding = bindingOf("ClusterRole", "r", [group("everyone")]);
const bindings = [
  { name: "is made where there is none", existing: undefined, want: ["create", ["everyone"]] },
  {
    name: "keeps the subjects that a user added",
    existing: bindingOf("ClusterRole", "r", [user("me"), group("everyone")]),
    want: "nothing",
  },
  {
    name: "gets back its subjects",
    existing: bindingOf("ClusterRole", "r", [user("me")]),
    want: ["update", ["me", "everyone"]],
  },
  {
    name: "to another role is replaced",
    existing: bindingOf("ClusterRole", "other", [user("me")], { name: "r" }),
    want: ["replace", ["everyone"]],
  },
];
for (const { name, existing, want } of bindings) {
  test(`a default binding ${name}`, () => {
    const step = planBinding(existing, binding);
    const found = step.do === "nothing" ? "nothing" : [step.do, step.object.subjects?.map((s) => s.name)];
    assert.deepEqual(found, want);
  });
}
