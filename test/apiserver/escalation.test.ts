/** Nobody grants more than they may do themselves. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Ask, serve } from "./server.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const inside = `${rbac}/namespaces/default`;
const amy = { user: "amy" };
const rule = (apiGroups: string[], resources: string[], verbs: string[]): object => ({ apiGroups, resources, verbs });
const role = (name: string, rules: object[], kind = "Role"): object => ({
  ...{ kind, apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name }, rules },
});
const binding = (name: string, kind: string, bound: string, to = "amy"): object => ({
  ...{ kind: "RoleBinding", apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name } },
  subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: to }],
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: bound },
});
const group = ["rbac.authorization.k8s.io"];

let ask: Ask;
before(async () => {
  ask = await serve();
  const own = [
    rule(group, ["roles", "rolebindings"], ["create", "update", "patch", "get"]),
    rule([""], ["pods"], ["get", "list"]),
    { ...rule(group, ["clusterroles"], ["bind"]), resourceNames: ["system:discovery"] },
  ];
  await ask(`POST ${inside}/roles`, role("own", own));
  await ask(`POST ${inside}/roles`, role("secrets", [rule([""], ["secrets"], ["get", "list"])]));
  await ask(`POST ${inside}/rolebindings`, binding("own", "Role", "own"));
});

const refusal =
  'user "amy" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n';
const cases = [
  { name: "a role of what she has", body: role("a", [rule([""], ["pods"], ["get"])]), says: "Role" },
  {
    name: "a role of more verbs and another group",
    body: role("b", [rule([""], ["pods"], ["get", "delete", "watch"]), rule(["apps"], ["deployments"], ["get"])]),
    says: `${refusal}{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}\n{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`,
  },
  { name: "a binding of what she has", body: binding("a", "Role", "own", "bob"), says: "RoleBinding" },
  {
    name: "a binding of more",
    body: binding("b", "Role", "secrets"),
    says: `${refusal}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`,
  },
  {
    name: "a binding of no role",
    body: binding("c", "Role", "none"),
    says: 'rolebindings.rbac.authorization.k8s.io "none" not found',
  },
  { name: "a binding that she may bind", body: binding("d", "ClusterRole", "system:discovery"), says: "RoleBinding" },
];
for (const { name, body, says } of cases) {
  test(`who writes ${name}: ${says.split("\n").pop()}`, async () => {
    const plural = (body as { kind: string }).kind === "Role" ? "roles" : "rolebindings";
    const { text } = await ask(`POST ${inside}/${plural}`, body, amy);
    assert.ok(text === says || text.endsWith(says), text);
  });
}

test("a list of one name needs the right to that name alone", async () => {
  const one = { ...rule([""], ["configmaps"], ["list"]), resourceNames: ["m"] };
  await ask(`POST ${inside}/roles`, role("one", [one]));
  await ask(`POST ${inside}/rolebindings`, binding("one", "Role", "one"));
  const maps = "/api/v1/namespaces/default/configmaps";
  assert.equal((await ask(`GET ${maps}?fieldSelector=metadata.name%3Dm`, undefined, amy)).status, 200);
  assert.equal((await ask(`GET ${maps}`, undefined, amy)).status, 403);
});

test("rights end with their binding", async () => {
  const path = "/api/v1/namespaces/default/secrets";
  await ask(`POST ${inside}/rolebindings`, binding("late", "Role", "secrets"));
  assert.equal((await ask(`GET ${path}`, undefined, amy)).status, 200);
  await ask(`DELETE ${inside}/rolebindings/late`);
  assert.equal((await ask(`GET ${path}`, undefined, amy)).status, 403);
});
