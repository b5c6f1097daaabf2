/** Webhooks: who is asked, with what, and what the answers mean. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { start, type TestServer } from "./server.ts";
import { type Answer, admitted, patch, startWebhooks, type WebhookServer } from "./webhook-server.ts";

const configurations = "/apis/admissionregistration.k8s.io/v1";
const maps = "/api/v1/namespaces/default/configmaps";
const map = (name: string, data: Record<string, string> = {}, labels?: Record<string, string>): object => ({
  metadata: { name, ...(labels && { labels }) },
  data,
});

interface Served extends TestServer {
  readonly hooks: WebhookServer;
  /** Configures webhooks; what is left out of one is usual. */
  configure(kind: "Mutating" | "Validating", name: string, ...webhooks: readonly object[]): Promise<string>;
}

async function served(answer: Answer): Promise<Served> {
  const [server, hooks] = await Promise.all([start(), startWebhooks(answer)]);
  after(async () => {
    await Promise.all([server.plane.stop(), hooks.close()]);
  });
  const configure: Served["configure"] = async (kind, name, ...webhooks) => {
    const path = `${configurations}/${kind.toLowerCase()}webhookconfigurations`;
    const complete = webhooks.map((one, i) => ({
      name: `w${i}.${name}.io`,
      clientConfig: { url: hooks.url(`/${name}`), caBundle: hooks.caBundle },
      rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      ...one,
    }));
    const { status, text } = await server.ask(`POST ${path}`, { metadata: { name }, webhooks: complete });
    return status === 201 ? "" : text;
  };
  return { ...server, hooks, configure };
}

test("a webhook that looks: it may refuse, in its own words, and warn", async () => {
  const { ask, configure, hooks } = await served((review) =>
    review.request.object?.data?.bad
      ? admitted(review, { allowed: false, status: { code: 403, message: "no", reason: "Forbidden" } })
      : admitted(review, { warnings: ["mind the gap"] }),
  );
  assert.equal(await configure("Validating", "look", {}), "");
  const fine = await ask(`POST ${maps}?dryRun=All&fieldManager=me`, map("a"));
  assert.deepEqual([fine.status, fine.warnings], [201, ['299 - "mind the gap"']]);
  const refused = await ask(`POST ${maps}`, map("b", { bad: "x" }));
  assert.deepEqual([refused.status, refused.text], [403, 'admission webhook "w0.look.io" denied the request: no']);
  const { request } = (hooks.asked[0] as (typeof hooks.asked)[number]).review;
  assert.deepEqual(
    [
      request.operation,
      request.namespace,
      request.name,
      request.dryRun,
      request.kind,
      request.resource,
      request.options,
    ],
    [
      ...["CREATE", "default", "a", true],
      { group: "", version: "v1", kind: "ConfigMap" },
      { group: "", version: "v1", resource: "configmaps" },
      { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1", dryRun: ["All"], fieldManager: "me" },
    ],
  );
  assert.equal((request.object as { kind: string }).kind, "ConfigMap");
});

test("a webhook's own certificate may stand in its bundle, and its path may have empty parts, as Go's clients have it", async () => {
  const { ask, configure, hooks } = await served((review) => admitted(review));
  const clientConfig = { url: hooks.url("//own//path/"), caBundle: hooks.ownBundle };
  assert.equal(await configure("Validating", "own", { clientConfig, failurePolicy: "Fail" }), "");
  assert.equal((await ask(`POST ${maps}`, map("own"))).status, 201);
  assert.deepEqual(
    hooks.asked.map(({ path }) => path),
    ["/own/path"],
  );
});

test("webhooks that change: one after another, and again those that want to see what others have changed", async () => {
  const { ask, configure, hooks } = await served((review, path) => {
    const data = review.request.object.data ?? {};
    if (path === "/a") return admitted(review, data.a ? {} : patch({ op: "add", path: "/data/a", value: "1" }));
    return admitted(review, data.b ? {} : patch({ op: "add", path: "/data/b", value: data.a ?? "none" }));
  });
  await configure("Mutating", "a", { reinvocationPolicy: "IfNeeded" });
  await configure("Mutating", "b", {});
  const { body } = await ask(`POST ${maps}`, map("m", { z: "0" }));
  assert.deepEqual((body as { data: object }).data, { z: "0", a: "1", b: "1" });
  assert.deepEqual(
    hooks.asked.map(({ path }) => path),
    ["/a", "/b", "/a"],
  );
});

test("what a webhook is about: rules, selectors, scope and subresources", async () => {
  const { ask, configure, hooks } = await served((review) => admitted(review));
  const only = { matchLabels: { watched: "yes" } };
  await configure("Validating", "object", { objectSelector: only });
  await configure("Validating", "namespace", { namespaceSelector: only });
  const scale = { operations: ["UPDATE"], apiGroups: ["apps"], apiVersions: ["*"], resources: ["deployments/scale"] };
  await configure("Validating", "scale", { rules: [scale] });
  const asked = (): string[] => hooks.asked.splice(0).map(({ path }) => path);
  await ask(
    "PATCH /api/v1/namespaces/default",
    { metadata: { labels: { watched: "no" } } },
    undefined,
    "application/merge-patch+json",
  );
  await ask(`POST ${maps}`, map("a"));
  assert.deepEqual(asked(), []);
  await ask(`POST ${maps}`, map("b", {}, { watched: "yes" }));
  assert.deepEqual(asked(), ["/object"]);
  await ask(
    "PATCH /api/v1/namespaces/default",
    { metadata: { labels: { watched: "yes" } } },
    undefined,
    "application/merge-patch+json",
  );
  await ask(`DELETE ${maps}/a`);
  assert.deepEqual(asked(), ["/namespace"]);
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
  const deployment = { metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } };
  const deployments = "/apis/apps/v1/namespaces/default/deployments";
  assert.equal((await ask(`POST ${deployments}`, deployment)).status, 201);
  await ask(`PATCH ${deployments}/d/scale`, { spec: { replicas: 3 } }, undefined, "application/merge-patch+json");
  const { request } = (hooks.asked.at(-1) as (typeof hooks.asked)[number]).review;
  assert.deepEqual(
    [request.subResource, request.kind, (request.object as { spec: object }).spec],
    ["scale", { group: "autoscaling", version: "v1", kind: "Scale" }, { replicas: 3 }],
  );
});

test("connections are asked about, too", async () => {
  const { ask, configure, hooks } = await served((review) => admitted(review, { allowed: false }));
  const rule = { operations: ["CONNECT"], apiGroups: [""], apiVersions: ["*"], resources: ["pods/attach"] };
  await configure("Validating", "attach", { rules: [rule] });
  const { text } = await ask("POST /api/v1/namespaces/default/pods/p/attach?stdin=true");
  assert.equal(text, 'admission webhook "w0.attach.io" denied the request without explanation');
  assert.deepEqual((hooks.asked[0] as (typeof hooks.asked)[number]).review.request.object, {
    ...{ apiVersion: "v1", kind: "PodAttachOptions", stdin: true },
  });
});

test("a webhook that does not answer: its policy says whether that is a refusal", async () => {
  const { ask, configure } = await served((_, path) => (path === "/odd" ? { kind: "AdmissionReview" } : 500));
  const only = (name: string): object => ({ objectSelector: { matchLabels: { to: name } } });
  await configure("Validating", "closed", only("closed"));
  await configure("Mutating", "open", { ...only("open"), failurePolicy: "Ignore" });
  await configure("Validating", "odd", only("odd"));
  const gone = { clientConfig: { service: { name: "none", namespace: "default" } } };
  await configure("Validating", "gone", { ...only("gone"), ...gone });
  const say = async (to: string): Promise<string> => {
    const { status, text } = await ask(`POST ${maps}`, map(to, {}, { to }));
    return `${status} ${text}`;
  };
  assert.match(
    await say("closed"),
    /^500 Internal error occurred: failed calling webhook "w0\.closed\.io": failed to call webhook: an error on the server/,
  );
  assert.equal(await say("open"), "201 ConfigMap");
  assert.match(await say("odd"), /received invalid webhook response: webhook response was absent$/);
  assert.match(await say("gone"), /Post "https:\/\/none\.default\.svc:443\/\?timeout=10s": service "none" not found/);
});

test("a webhook with side effects is not asked for a dry run; one with another certificate is not believed", async () => {
  const { ask, configure, hooks } = await served((review) => admitted(review));
  const { caBundle } = await startWebhooks(() => 500).then(async (other) => {
    await other.close();
    return other;
  });
  await configure("Validating", "trust", { clientConfig: { url: hooks.url("/x"), caBundle } });
  const { text } = await ask(`POST ${maps}`, map("a"));
  assert.match(text, /tls: failed to verify certificate: x509: certificate signed by unknown authority$/);
  assert.deepEqual(hooks.asked, []);
});

test("configurations of webhooks are checked, completed, and themselves never subject to webhooks", async () => {
  const { ask, configure } = await served((review) => admitted(review, { allowed: false }));
  assert.match(
    await configure("Validating", "few", { name: "w.io" }),
    /should be a domain with at least three segments/,
  );
  assert.match(await configure("Validating", "effects", { sideEffects: "Some" }), /Unsupported value: "Some"/);
  assert.match(await configure("Mutating", "again", { reinvocationPolicy: "Often" }), /"IfNeeded", "Never"/);
  const everything = [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }];
  assert.equal(await configure("Validating", "all", { rules: everything }), "");
  assert.equal((await ask(`POST ${maps}`, map("a"))).status, 400);
  const path = `${configurations}/validatingwebhookconfigurations/all`;
  const { body } = await ask(`GET ${path}`);
  const [hook] = (body as { webhooks: Record<string, unknown>[] }).webhooks;
  assert.deepEqual([hook?.failurePolicy, hook?.matchPolicy, hook?.timeoutSeconds], ["Fail", "Equivalent", 10]);
  assert.equal((await ask(`DELETE ${path}`)).status, 200);
  assert.equal((await ask(`POST ${maps}`, map("a"))).status, 201);
});
