import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleFrom } from "./notation.ts";

const cases = [
  {
    line: "read delete: pods services",
    is: { verbs: ["delete", "get", "list", "watch"], apiGroups: [""], resources: ["pods", "services"] },
  },
  {
    line: "create patch: events @core @events.k8s.io",
    is: { verbs: ["create", "patch"], apiGroups: ["", "events.k8s.io"], resources: ["events"] },
  },
  {
    line: "update: leases @coordination.k8s.io =kube-scheduler",
    is: {
      verbs: ["update"],
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      resourceNames: ["kube-scheduler"],
    },
  },
  { line: "*: * @*", is: { verbs: ["*"], apiGroups: ["*"], resources: ["*"] } },
  { line: "get: /healthz /healthz/*", is: { verbs: ["get"], nonResourceURLs: ["/healthz", "/healthz/*"] } },
  { line: "*: everywhere", is: { verbs: ["*"], nonResourceURLs: ["*"] } },
];
for (const { line, is } of cases) test(`the rule "${line}"`, () => assert.deepEqual(ruleFrom(line), is));
