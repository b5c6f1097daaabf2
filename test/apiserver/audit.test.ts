/** What the audit log says of requests, by policy. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { AuditLog } from "../../src/apiserver/audit/log.ts";
import { readConfiguration } from "../../src/apiserver/configuration/configuration.ts";
import { parse } from "../../src/apiserver/configuration/reader.ts";
import { Metrics } from "../../src/base/metrics/metrics.ts";
import { VirtualClock } from "../../src/base/virtual-clock.ts";
import { RotatingFile } from "../../src/cluster/files/rotating-file.ts";
import { start, type Who, withToken } from "./server.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "audit-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const policy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- { level: None, users: ["system:apiserver"] }
- { level: Metadata, resources: [{ group: "", resources: [secrets, serviceaccounts/token] }] }
- { level: RequestResponse, omitManagedFields: true, resources: [{ group: "", resources: [configmaps] }] }
- { level: Request, verbs: [create, patch], omitStages: [] }
- { level: Metadata, nonResourceURLs: ["/api*"] }
`;

interface Event {
  readonly level: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username?: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: Readonly<Record<string, string>>;
  readonly responseStatus?: { readonly code: number; readonly reason?: string; readonly message?: string };
  readonly requestObject?: object;
  readonly responseObject?: { readonly metadata: object };
  readonly annotations?: Readonly<Record<string, string>>;
}

let files = 0;
async function audited(
  run: (ask: Awaited<ReturnType<typeof start>>["ask"]) => Promise<void>,
): Promise<{ events: Event[]; text: string; file: string }> {
  const file = path.join(folder, `audit-${files++}.log`);
  const text = `apiVersion: coxswain/v1alpha1\nkind: ApiServerConfiguration\naudit: { policyFile: p, log: { path: ${file} } }`;
  const { ask, plane } = await start({ configuration: readConfiguration(parse(text), () => policy) });
  await run(ask);
  await plane.stop();
  const written = readFileSync(file, "utf8");
  return {
    text: written,
    file,
    events: written
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Event),
  };
}

const map = { metadata: { name: "a" }, data: { key: "value" } };

test("each request is written as its rule wants it, and none before it is answered but by the rule that says so", async () => {
  const { events, file } = await audited(async (ask) => {
    await ask("POST /api/v1/namespaces/default/configmaps", map);
    await ask("GET /api/v1/namespaces/default/secrets");
    await ask(
      "PATCH /api/v1/namespaces/default",
      { metadata: { labels: { a: "b" } } },
      undefined,
      "application/merge-patch+json",
    );
    await ask("GET /apis?x=1");
    await ask("GET /version");
  });
  const short = events.map(
    ({ level, stage, verb, requestURI, responseStatus }) =>
      `${level} ${stage} ${verb} ${requestURI} ${responseStatus?.code ?? "-"}`,
  );
  assert.deepEqual(short, [
    "RequestResponse ResponseComplete create /api/v1/namespaces/default/configmaps 201",
    "Metadata ResponseComplete list /api/v1/namespaces/default/secrets 200",
    "Request ResponseComplete patch /api/v1/namespaces/default 200",
    "Metadata ResponseComplete get /apis?x=1 200",
  ]);
  const [made, , patched] = events;
  assert.deepEqual(made?.objectRef, { resource: "configmaps", namespace: "default", name: "a", apiVersion: "v1" });
  assert.equal(made?.annotations?.["authorization.k8s.io/decision"], "allow");
  assert.deepEqual((made?.requestObject as { data?: object } | undefined)?.data, { key: "value" });
  assert.ok(made?.responseObject && !("managedFields" in made.responseObject.metadata));
  assert.deepEqual(patched?.requestObject, { metadata: { labels: { a: "b" } } });
  assert.equal(patched?.responseObject, undefined);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a refusal, its reason and who asked in whose name are told", async () => {
  const jane: Who = { user: "jane" };
  const { events } = await audited(async (ask) => {
    await ask("GET /api/v1/namespaces/default/secrets/s", undefined, jane);
    await ask("GET /api/v1/namespaces/default/configmaps/none", undefined, {
      headers: { authorization: "Bearer nothing" },
    });
    await ask("GET /api/v1/namespaces/default/configmaps/none", undefined);
  });
  const [refused, unknown, none] = events;
  assert.equal(refused?.user.username, "jane");
  assert.equal(refused?.responseStatus?.reason, "Forbidden");
  assert.equal(refused?.annotations?.["authorization.k8s.io/decision"], "forbid");
  assert.equal(unknown?.stage, "ResponseStarted");
  assert.equal(unknown?.responseStatus?.message, "Authentication failed, attempted: bearer");
  assert.equal(none?.responseStatus?.code, 401);
  assert.equal(events.at(-1)?.responseStatus?.reason, "NotFound");
});

test("tokens never stand in the log, whatever the policy asks for", async () => {
  const { text } = await audited(async (ask) => {
    const { body } = await ask("POST /api/v1/namespaces/default/serviceaccounts", { metadata: { name: "robot" } });
    assert.ok(body.metadata);
    const made = await ask("POST /api/v1/namespaces/default/serviceaccounts/robot/token", { spec: { audiences: [] } });
    const { token } = (made.body as { status: { token: string } }).status;
    const review = { kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", spec: { token } };
    await ask("POST /apis/authentication.k8s.io/v1/tokenreviews", review);
    await ask("GET /api/v1/namespaces/default/configmaps", undefined, withToken(token));
  });
  assert.match(text, /tokenreviews/);
  assert.doesNotMatch(text, /eyJ/);
  assert.match(text, /<redacted>/);
});

const entry = (name: string): object => ({ name });

test("a log that cannot be written holds nobody up: events are counted and it is told once", async () => {
  const clock = new VirtualClock(0);
  const metrics = new Metrics();
  const told: string[] = [];
  const state = { isFull: true, written: "" };
  const sink = {
    write: async (lines: Uint8Array) => {
      if (state.isFull) throw new Error("ENOSPC: no space left on device");
      state.written += new TextDecoder().decode(lines);
    },
    close: async () => {},
  };
  const log = new AuditLog({ sink, bufferSize: 2, clock, metrics, onFault: (text) => told.push(text) });
  for (const name of ["a", "b", "c"]) log.add(entry(name));
  await clock.advance(1);
  log.add(entry("d"));
  await clock.advance(1_000);
  state.isFull = false;
  log.add(entry("e"));
  await log.close();
  assert.equal(state.written, '{"name":"e"}\n');
  assert.match(metrics.text(), /apiserver_audit_error_total\{plugin="log"\} 3\n/);
  assert.match(metrics.text(), /apiserver_audit_events_dropped_total 1\n/);
  assert.deepEqual(told, [
    "events are missing from the audit log: the buffer of 2 events is full",
    "the audit log is written again",
  ]);
});

test("a file that has grown is put aside, and the oldest go", async () => {
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  const file = path.join(folder, "turns", "a.log");
  const rotating = new RotatingFile({ path: file, maxBytes: 10, maxBackups: 2, maxAgeDays: 0, clock });
  for (const text of ["one\n", "two\n", "three\n", "four\n", "a line that is longer\n", "six\n"]) {
    await rotating.write(new TextEncoder().encode(text));
    await clock.advance(1_000);
  }
  await rotating.close();
  assert.equal(readFileSync(file, "utf8"), "six\n");
  assert.deepEqual(readdirSync(path.dirname(file)).sort(), [
    "a-2030-01-01T00-00-04.000.log",
    "a-2030-01-01T00-00-05.000.log",
    "a.log",
  ]);
});

test("what admission policies have to say of a request stands with it", async () => {
  const { events } = await audited(async (ask) => {
    const admission = "/apis/admissionregistration.k8s.io/v1";
    await ask(`POST ${admission}/validatingadmissionpolicies`, {
      metadata: { name: "sizes" },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
        },
        validations: [{ expression: "size(object.data) > 1", message: "too few" }],
        auditAnnotations: [
          { key: "size", valueExpression: "'it has ' + string(size(object.data))" },
          { key: "none", valueExpression: "null" },
        ],
      },
    });
    await ask(`POST ${admission}/validatingadmissionpolicybindings`, {
      metadata: { name: "sizes" },
      spec: { policyName: "sizes", validationActions: ["Warn", "Audit"] },
    });
    await ask("POST /api/v1/namespaces/default/configmaps", map);
  });
  const { annotations = {} } = events.find(({ verb, objectRef }) => verb === "create" && objectRef?.name === "a") ?? {};
  assert.equal(annotations["sizes/size"], "it has 1");
  assert.ok(!("sizes/none" in annotations));
  assert.deepEqual(JSON.parse(annotations["validation.policy.admission.k8s.io/validation_failure"] ?? ""), [
    {
      ...{ message: "too few", policy: "sizes", binding: "sizes" },
      ...{ expressionIndex: 0, validationActions: ["Warn", "Audit"] },
    },
  ]);
});
