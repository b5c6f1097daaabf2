/** Policies in CEL: what they see, refuse, warn of and change. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { start, type TestServer } from "./server.ts";

const group = "/apis/admissionregistration.k8s.io/v1";
const maps = "/api/v1/namespaces/default/configmaps";
const map = (data: Record<string, string> = {}, name = "m"): object => ({ metadata: { name }, data });
const about = (resource = "configmaps", apiGroup = "", operations = ["CREATE", "UPDATE", "DELETE"]): object => ({
  resourceRules: [{ apiGroups: [apiGroup], apiVersions: ["v1"], operations, resources: [resource] }],
});

interface Served extends TestServer {
  /** Writes a policy and a binding of the same name; answers what was said against either. */
  policy(way: "Validating" | "Mutating", name: string, spec: object, binding?: object): Promise<string>;
}

async function served(): Promise<Served> {
  const server = await start();
  after(() => server.plane.stop());
  const write = async (plural: string, name: string, spec: object): Promise<string> => {
    const { status, text } = await server.ask(`POST ${group}/${plural}`, { metadata: { name }, spec });
    return status === 201 ? "" : text;
  };
  const policy: Served["policy"] = async (way, name, spec, binding) => {
    const plural = `${way.toLowerCase()}admissionpolic`;
    const usual = { matchConstraints: about(), ...(way === "Mutating" && { reinvocationPolicy: "Never" }) };
    const bound = { policyName: name, ...(way === "Validating" && { validationActions: ["Deny"] }), ...binding };
    if (way === "Mutating") usual.matchConstraints = about("configmaps", "", ["CREATE", "UPDATE"]);
    return (
      (await write(`${plural}ies`, name, { ...usual, ...spec })) || (await write(`${plural}ybindings`, name, bound))
    );
  };
  return { ...server, policy };
}

const said = "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ";

/** What a policy that refuses says of the creation of a ConfigMap with `a: "1"`; nothing: it is let pass. */
const judgements: Record<string, [spec: object, answer?: string, code?: number]> = {
  "a rule that holds": [{ validations: [{ expression: "object.data.a == '1'" }] }],
  "its expression, where there is no message": [
    { validations: [{ expression: " object.data.a == '2' " }] },
    "failed expression: object.data.a == '2'",
  ],
  "a message, and a reason": [
    { validations: [{ expression: "false", message: " too big ", reason: "RequestEntityTooLarge" }] },
    "too big",
    413,
  ],
  "a message of its own making": [
    { validations: [{ expression: "false", message: "no", messageExpression: "'a is ' + object.data.a" }] },
    "a is 1",
  ],
  "the plain message, where the other cannot be made": [
    { validations: [{ expression: "false", message: "no", messageExpression: "string(object.data.b)" }] },
    "no",
  ],
  "the first of several": [
    {
      validations: [
        { expression: "true" },
        { expression: "false", message: "one" },
        { expression: "false", message: "two" },
      ],
    },
    "one",
  ],
  variables: [
    {
      variables: [
        { name: "a", expression: "object.data.a" },
        { name: "wrong", expression: "int(variables.a) > 0" },
      ],
      validations: [{ expression: "!variables.wrong", messageExpression: "'a=' + variables.a" }],
    },
    "a=1",
  ],
  "a variable that faults": [
    {
      variables: [{ name: "b", expression: "object.data.b" }],
      validations: [{ expression: "variables.b == '1'" }],
    },
    `expression 'variables.b == '1'' resulted in error: composited variable "b" fails to evaluate: no such key: b`,
  ],
  "a rule that faults": [
    { validations: [{ expression: "object.data.b == '1'" }] },
    "expression 'object.data.b == '1'' resulted in error: no such key: b",
  ],
  "a rule that faults, and need not hold": [
    { failurePolicy: "Ignore", validations: [{ expression: "object.data.b == '1'" }] },
  ],
  "conditions that do not hold": [
    {
      matchConditions: [
        { name: "faults", expression: "object.data.b == '1'" },
        { name: "not", expression: "object.data.a == '2'" },
      ],
      validations: [{ expression: "false" }],
    },
  ],
  "conditions that fault": [
    {
      matchConditions: [{ name: "faults", expression: "object.data.b == '1'" }],
      validations: [{ expression: "false" }],
    },
    "expression 'object.data.b == '1'' resulted in error: no such key: b",
  ],
  "the namespace, and who asks": [
    {
      validations: [
        {
          expression: "false",
          messageExpression:
            "[namespaceObject.metadata.name, request.userInfo.username, request.operation, request.kind.kind].join(' ')",
        },
      ],
    },
    "default admin CREATE ConfigMap",
  ],
  "what who asks may do": [
    { validations: [{ expression: "!authorizer.requestResource.check('delete').allowed()", message: "allowed" }] },
    "allowed",
  ],
  "what an account may do": [
    {
      validations: [
        {
          expression:
            "authorizer.serviceAccount('default', 'nobody').group('').resource('pods').namespace('default').check('get').allowed()",
          message: "not allowed",
        },
      ],
    },
    "not allowed",
  ],
  "rules that cost too much": [
    { validations: [{ expression: "lists.range(2000).all(x, lists.range(2000).all(y, x + y >= 0))" }] },
    "expression 'lists.range(2000).all(x, lists.range(2000).all(y, x + y >= 0))' resulted in error: operation cancelled: actual cost limit exceeded",
  ],
  "a kind of parameters that nobody knows": [
    { paramKind: { apiVersion: "none.io/v1", kind: "None" }, validations: [{ expression: "true" }] },
    "failed to find resource referenced by paramKind: 'none.io/v1, Kind=None'",
  ],
};
for (const [name, [spec, answer, code = 422]] of Object.entries(judgements)) {
  test(`a validating policy: ${name}`, async () => {
    const { policy, ask } = await served();
    assert.equal(await policy("Validating", "p", spec), "");
    const { status, text } = await ask(`POST ${maps}?dryRun=All`, map({ a: "1" }));
    if (answer === undefined) assert.equal(status, 201, text);
    else
      assert.deepEqual(
        [status, text.replace(said, "").replace(/.*'p' denied request: failed to configure policy: /, "")],
        [code, answer],
      );
  });
}

test("what is to be done: refuse, warn, or nothing without a binding", async () => {
  const { policy, ask } = await served();
  const never = { validations: [{ expression: "object.data.a != '1'", message: "a is 1" }] };
  assert.equal(await policy("Validating", "p", never, { validationActions: ["Warn", "Audit"] }), "");
  const warned = await ask(`POST ${maps}?dryRun=All`, map({ a: "1" }));
  const warning = "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': a is 1";
  assert.deepEqual([warned.status, warned.warnings], [201, [`299 - "${warning}"`]]);
  await ask(`DELETE ${group}/validatingadmissionpolicybindings/p`);
  assert.deepEqual((await ask(`POST ${maps}?dryRun=All`, map({ a: "1" }))).warnings, []);
});

test("parameters: each by itself, of the namespace of the request, or refused where there are none", async () => {
  const { policy, ask } = await served();
  const spec = {
    paramKind: { apiVersion: "v1", kind: "Secret" },
    validations: [
      {
        expression: "params.type != object.?data.?type.orValue('')",
        messageExpression: "string(params.metadata.name)",
      },
    ],
  };
  const binding = { paramRef: { selector: { matchLabels: { limits: "yes" } }, parameterNotFoundAction: "Deny" } };
  assert.equal(await policy("Validating", "p", spec, binding), "");
  const none = await ask(`POST ${maps}?dryRun=All`, map());
  const why = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction";
  assert.deepEqual([none.status, none.text], [422, said + why]);
  for (const [name, type] of [
    ["one", "a.io/1"],
    ["two", "a.io/2"],
  ])
    await ask("POST /api/v1/namespaces/default/secrets", { metadata: { name, labels: { limits: "yes" } }, type });
  assert.equal((await ask(`POST ${maps}?dryRun=All`, map())).status, 201);
  assert.equal((await ask(`POST ${maps}?dryRun=All`, map({ type: "a.io/2" }))).text, `${said}two`);
});

test("deletions, other versions, excluded names, and what configures admission itself", async () => {
  const { policy, ask } = await served();
  const matchConstraints = {
    ...about("*", "*"),
    excludeResourceRules: [
      { apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps"], resourceNames: ["free"] },
    ],
  };
  assert.equal(
    await policy("Validating", "p", { matchConstraints, validations: [{ expression: "false", message: "no" }] }),
    "",
  );
  assert.equal((await ask(`POST ${maps}`, map({}, "free"))).status, 201);
  assert.equal((await ask(`POST ${maps}`, map())).text, `${said}no`);
  assert.equal((await ask(`DELETE ${maps}/free`)).status, 200);
  assert.equal((await ask(`DELETE ${group}/validatingadmissionpolicybindings/p`)).status, 200);
});

const apply = (expression: string): object => ({ patchType: "ApplyConfiguration", applyConfiguration: { expression } });
const patch = (expression: string): object => ({ patchType: "JSONPatch", jsonPatch: { expression } });
const denied = "policy 'p' with binding 'p' denied request: ";

/** What becomes of the data `a: "1"`, or what is said instead. */
const changes: Record<string, [mutations: readonly object[], outcome: object | string, more?: object]> = {
  "an apply configuration": [[apply('Object{data: {"b": object.data.a + "!"}}')], { a: "1", b: "1!" }],
  "one after another": [
    [apply('Object{data: {"b": "2"}}'), patch('[JSONPatch{op: "copy", from: "/data/b", path: "/data/c"}]')],
    { a: "1", b: "2", c: "2" },
  ],
  "a JSON patch": [
    [
      patch(
        '[JSONPatch{op: "remove", path: "/data/a"}, JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("b"), value: "2"}]',
      ),
    ],
    { b: "2" },
  ],
  "a JSON patch whose test fails": [
    [patch('[JSONPatch{op: "add", path: "/data/b", value: "2"}, JSONPatch{op: "test", path: "/data/a", value: "2"}]')],
    { a: "1" },
  ],
  "a JSON patch of what is not there": [
    [patch('[JSONPatch{op: "replace", path: "/binaryData/b", value: "2"}]')],
    `${denied}JSON Patch: replace operation does not apply: doc is missing path: /binaryData/b: missing value`,
  ],
  "a type that is not of its place": [
    [apply("Object{metadata: Object.spec{name: 'x'}}")],
    `${denied}type mismatch: unexpected type name "Object.spec", expected "Object.metadata", which matches field name path from root Object type`,
  ],
  "a field that is not in the schema": [
    [apply("Object{spec: Object.spec{replicas: 1}}")],
    `${denied}error applying patch: failed to convert patch object to typed object: .spec: field not declared in schema`,
  ],
  "a list that is replaced as a whole": [
    [apply("Object{metadata: Object.metadata{managedFields: []}}")],
    `${denied}error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .metadata.managedFields`,
  ],
  "a fault": [
    [apply('Object{data: {"b": object.data.none}}')],
    `${denied}expression 'Object{data: {"b": object.data.none}}' resulted in error: no such key: none`,
  ],
  "a fault that does not matter": [
    [apply('Object{data: {"b": object.data.none}}')],
    { a: "1" },
    { failurePolicy: "Ignore" },
  ],
  "variables and conditions": [
    [apply('Object{data: {"b": variables.x}}')],
    { a: "1", b: "of m" },
    {
      variables: [{ name: "x", expression: "'of ' + object.metadata.name" }],
      matchConditions: [{ name: "c", expression: "has(object.data)" }],
    },
  ],
};
for (const [name, [mutations, outcome, more]] of Object.entries(changes)) {
  test(`a mutating policy: ${name}`, async () => {
    const { policy, ask } = await served();
    assert.equal(await policy("Mutating", "p", { mutations, ...more }), "");
    const { status, text, body } = await ask(`POST ${maps}?dryRun=All`, map({ a: "1" }));
    if (typeof outcome === "string") assert.deepEqual([status, text, body.reason], [403, outcome, "Invalid"]);
    else assert.deepEqual(body.data, outcome, text);
  });
}

test("a policy sees again what others have changed after it, if it wants to", async () => {
  const { policy, ask } = await served();
  const count = apply('Object{data: {"seen": string(size(object.data))}}');
  await policy("Mutating", "a", { mutations: [count], reinvocationPolicy: "IfNeeded" });
  await policy("Mutating", "b", { mutations: [apply('Object{data: {"b": "2"}}')] });
  const { body } = await ask(`POST ${maps}?dryRun=All`, map({ a: "1" }));
  assert.deepEqual(body.data, { a: "1", b: "2", seen: "3" });
});

test("a policy cannot take an object into another namespace", async () => {
  const { policy, ask } = await served();
  const away = '[JSONPatch{op: "replace", path: "/metadata/namespace", value: "kube-system"}]';
  assert.equal(await policy("Mutating", "p", { mutations: [patch(away)] }), "");
  const { status, text } = await ask(`POST ${maps}`, map());
  assert.deepEqual(
    [status, text],
    [400, "the namespace of the provided object does not match the namespace sent on the request"],
  );
});

test("nobody names parameters that they may not read", async () => {
  const { policy, ask } = await served();
  const rules = [{ apiGroups: ["admissionregistration.k8s.io"], resources: ["*"], verbs: ["*"] }];
  await ask("POST /apis/rbac.authorization.k8s.io/v1/clusterroles", { metadata: { name: "r" }, rules });
  const subjects = [{ kind: "User", name: "ann", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { kind: "ClusterRole", name: "r", apiGroup: "rbac.authorization.k8s.io" };
  await ask("POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "r" },
    subjects,
    roleRef,
  });
  const ann = { user: "ann", groups: ["system:authenticated"] };
  const spec = {
    matchConstraints: about(),
    paramKind: { apiVersion: "v1", kind: "Secret" },
    validations: [{ expression: "true" }],
  };
  const given = await ask(`POST ${group}/validatingadmissionpolicies`, { metadata: { name: "q" }, spec }, ann);
  assert.match(
    given.text,
    /spec\.paramKind: Forbidden: user &\{ann {2}\[system:authenticated\] map\[\]\} must have "get" permission on all objects/,
  );
  assert.equal(await policy("Validating", "p", spec), "");
  const binding = {
    policyName: "p",
    validationActions: ["Deny"],
    paramRef: { name: "s", namespace: "default", parameterNotFoundAction: "Deny" },
  };
  const bound = await ask(
    `POST ${group}/validatingadmissionpolicybindings`,
    { metadata: { name: "q" }, spec: binding },
    ann,
  );
  assert.match(bound.text, /does not have "get" permission on the object referenced by paramRef$/);
});

test("the status of a policy tells what types say of it", async () => {
  const server = await start({ controllers: "all" });
  after(() => server.plane.stop());
  const { ask } = server;
  const path = `${group}/validatingadmissionpolicies`;
  const spec = {
    matchConstraints: about("deployments", "apps"),
    validations: [{ expression: "object.spec.none == 1" }, { expression: "object.spec.replicas > 1" }],
  };
  await ask(`POST ${path}`, { metadata: { name: "p" }, spec });
  let status: { observedGeneration?: number; typeChecking?: { expressionWarnings?: { fieldRef: string }[] } } = {};
  for (let i = 0; i < 100 && !status.observedGeneration; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    status = ((await ask(`GET ${path}/p`)).body.status ?? {}) as typeof status;
  }
  const refs = status.typeChecking?.expressionWarnings?.map(({ fieldRef }) => fieldRef);
  assert.deepEqual([status.observedGeneration, refs], [1, ["spec.validations[0].expression"]]);
});
