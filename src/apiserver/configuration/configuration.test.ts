import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration, usualConfiguration } from "./configuration.ts";
import { ConfigurationError, parse } from "./reader.ts";

const head = "apiVersion: coxswain/v1alpha1\nkind: ApiServerConfiguration\n";
const policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n";
const login = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";

const faultsOf = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] => {
  try {
    readConfiguration(parse(text), (name) => {
      const found = files[name];
      if (found === undefined) throw new Error("no such file");
      return found;
    });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.faults;
  }
};

const cases: readonly { name: string; text: string; files?: Record<string, string>; faults: readonly RegExp[] }[] = [
  { name: "nothing but its type is as usual", text: head, faults: [] },
  { name: "another kind is refused", text: "kind: Cluster", faults: [/^it must have kind: ApiServerConfiguration/] },
  {
    name: "an unknown field is told with its path, and those that are known",
    text: `${head}requests: { timeOut: 5s }`,
    faults: [/^requests.timeOut: Forbidden: unknown field; known: timeout,/],
  },
  {
    name: "all faults are told at once",
    text: `${head}requests: { timeout: soon, maxInFlight: -1 }\nmetrics: 1`,
    faults: [
      /^requests.timeout: Invalid value: "soon"/,
      /^requests.maxInFlight: /,
      /^metrics: Invalid value: 1: must be true or false$/,
    ],
  },
  {
    name: "a key that stands twice is a fault",
    text: `${head}metrics: true\nmetrics: false`,
    faults: [/already set in map/],
  },
  {
    name: "audit needs a policy and a file",
    text: `${head}audit: {}`,
    faults: [/^audit.policyFile: Required/, /^audit.log.path: Required/],
  },
  {
    name: "a file that is named must be there",
    text: `${head}authentication: { configFile: who.yaml }`,
    faults: [/^authentication.configFile: who.yaml cannot be read: no such file$/],
  },
  {
    name: "faults of a named file are told with its name",
    text: `${head}audit: { policyFile: p.yaml, log: { path: a.log } }`,
    files: { "p.yaml": policy.replace("Metadata", "Everything") },
    faults: [/^audit.policyFile: p.yaml: rules\[0\].level: Unsupported value: "Everything": supported values: "None"/],
  },
  {
    name: "issuers are held to upstream's rules",
    text: `${head}authentication: { configFile: who.yaml }`,
    files: {
      "who.yaml": `${login}jwt: [{ issuer: { url: "http://a", audiences: [x] }, claimMappings: { username: { claim: sub } } }]`,
    },
    faults: [
      /jwt\[0\].issuer.url: Invalid value: "http:\/\/a": URL scheme must be https$/,
      /jwt\[0\].claimMappings.username.prefix: Required value/,
    ],
  },
  {
    name: "limits of nothing cannot be shared",
    text: `${head}requests: { maxInFlight: 0, maxMutatingInFlight: 0 }`,
    faults: [/^requests.maxInFlight: .*must add up to at least 1$/],
  },
];
for (const { name, text, files, faults } of cases) {
  test(name, () => {
    const found = faultsOf(text, files);
    assert.equal(found.length, faults.length, found.join("\n"));
    for (const [i, fault] of faults.entries()) assert.match(found[i] ?? "", fault);
  });
}

test("durations are read into milliseconds", () => {
  const read = readConfiguration(parse(`${head}requests: { timeout: 1m30s }`), () => "");
  assert.equal(read.requests.timeout, 90_000);
  assert.equal(read.requests.maxInFlight, usualConfiguration.requests.maxInFlight);
});

test("named files become part of what is read", () => {
  const text = `${head}audit: { policyFile: p, log: { path: /tmp/a.log } }\nauthentication: { tokenFile: t }`;
  const read = readConfiguration(parse(text), (name) => (name === "p" ? policy : "secret,jane,1"));
  assert.equal(read.audit?.policy.rules[0]?.level, "Metadata");
  assert.equal(read.authentication.tokens, "secret,jane,1");
});
