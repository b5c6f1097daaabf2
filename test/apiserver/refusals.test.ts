/** Small refusals, each in upstream's words. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Ask, serve } from "./server.ts";

let ask: Ask;
before(async () => {
  ask = await serve();
});

const flow = "/apis/flowcontrol.apiserver.k8s.io/v1";
const merge = "application/merge-patch+json";
const pod = (container: object): object => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "p" } },
  spec: { containers: [{ name: "m", image: "nginx", ...container }] },
});

const cases: readonly { request: string; body?: object; type?: string; status: number; says: RegExp }[] = [
  {
    ...{ request: `PATCH ${flow}/flowschemas/exempt`, body: { spec: { matchingPrecedence: 2 } }, type: merge },
    ...{ status: 422, says: /"APIGroups":\["\*"\].*spec of 'exempt' must equal the fixed value$/ },
  },
  {
    ...{ request: `PATCH ${flow}/prioritylevelconfigurations/exempt`, type: merge },
    ...{ body: { spec: { exempt: { lendablePercent: 5 } } }, status: 200, says: /^PriorityLevelConfiguration$/ },
  },
  {
    ...{ request: `PATCH ${flow}/prioritylevelconfigurations/catch-all`, type: merge },
    ...{ body: { spec: { limited: { nominalConcurrencyShares: 6 } } }, status: 422 },
    says: /spec of 'catch-all' must equal the fixed value$/,
  },
  {
    ...{ request: "DELETE /api/v1/namespaces/kube-public", body: { preconditions: { uid: "other" } }, status: 409 },
    says: /on namespaces "kube-public": Precondition failed: UID in precondition: other, UID in object meta: /,
  },
  {
    ...{ request: "DELETE /api/v1/namespaces/default/configmaps/kube-root-ca.crt", status: 404 },
    says: /^configmaps "kube-root-ca.crt" not found$/,
  },
  {
    ...{ request: "GET /apis/batch/v1/jobs?fieldSelector=status.failed%3D2", status: 400 },
    says: /^field label "status.failed" not supported for Job$/,
  },
  { request: "GET /api/v1/namespaces//configmaps", status: 200, says: /^ConfigMapList$/ },
  {
    ...{ request: "POST /api/v1/namespaces/default/pods", body: pod({ livenessProbe: { grpc: { port: "a" } } }) },
    ...{ status: 400, says: /GRPCAction\.spec\.containers\.livenessProbe\.ProbeHandler\.grpc\.port of type int32$/ },
  },
];
for (const { request, body, type, status, says } of cases)
  test(`${request} answers ${status}`, async () => {
    const answer = await ask(request, body, undefined, type);
    assert.match(answer.text, says);
    assert.equal(answer.status, status);
  });
