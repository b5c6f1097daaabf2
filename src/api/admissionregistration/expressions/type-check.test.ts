import assert from "node:assert/strict";
import test from "node:test";
import { Catalog } from "../../catalog.ts";
import type { ValidatingPolicy } from "../validation/validating-policies.ts";
import { typeWarnings } from "./type-check.ts";

const catalog = new Catalog();
const policy = (resources: string[], expression: string, more: object = {}): ValidatingPolicy =>
  ({
    metadata: { name: "p" },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: ["apps", ""], apiVersions: ["v1"], operations: ["*"], resources }],
      },
      validations: [{ expression }],
      ...more,
    },
  }) as unknown as ValidatingPolicy;

const fine: Record<string, [resources: string[], expression: string, more?: object]> = {
  "fields that are there": [["deployments"], "object.spec.replicas < 5 && object.metadata.name != ''"],
  "times, and numbers that may be texts": [
    ["services"],
    "object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z') || object.spec.ports.all(p, p.targetPort == 80)",
  ],
  "parameters of a kind that is known": [
    ["deployments"],
    "params.data['a'] == ''",
    { paramKind: { apiVersion: "v1", kind: "ConfigMap" } },
  ],
  "stars, of which nothing is said": [["*"], "object.nothing == 1"],
  "kinds that nobody knows": [["nothings"], "object.nothing == 1"],
};
for (const [name, [resources, expression, more]] of Object.entries(fine)) {
  test(`types have nothing to say of ${name}`, () => {
    assert.deepEqual(typeWarnings(policy(resources, expression, more), catalog), []);
  });
}

test("types tell of fields that are not there, for each kind", () => {
  const warnings = typeWarnings(policy(["pods", "deployments"], "object.spec.replicas > 1"), catalog);
  const warning = `/v1, Kind=Pod: ERROR: <input>:1:12: undefined field 'replicas'
 | object.spec.replicas > 1
 | ...........^
`;
  assert.deepEqual(warnings, [{ fieldRef: "spec.validations[0].expression", warning }]);
});

test("types tell of values that are compared with others", () => {
  const variables = [{ name: "count", expression: "object.spec.replicas" }];
  const [found] = typeWarnings(policy(["deployments"], "variables.count == 'x'", { variables }), catalog);
  assert.match(
    found?.warning ?? "",
    /^apps\/v1, Kind=Deployment: ERROR: <input>:1:17: found no matching overload for '_==_'/,
  );
});
