/** What `/metrics`, `/metrics/slis` and the checks of health tell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterMetrics } from "./metrics-text.ts";
import { start } from "./server.ts";

test("requests are counted by what they are about, and refusals are too", async () => {
  const { ask } = await start();
  await ask("GET /api/v1/namespaces/default");
  await ask("GET /api/v1/namespaces/default");
  await ask("GET /api/v1/pods", undefined, { user: "jane" });
  await ask("POST /api/v1/namespaces/default/configmaps?dryRun=All", { metadata: { name: "a" } });
  await ask("GET /apis/unheard.of/v1/things");
  const { text } = await ask("GET /metrics");
  const metrics = new ClusterMetrics(text);
  const of = (labels: string): number | undefined => metrics.value(`apiserver_request_total{${labels}}`);
  assert.equal(
    of(
      'verb="GET",dry_run="",group="",version="v1",resource="namespaces",subresource="",scope="resource",component="apiserver",code="200"',
    ),
    2,
  );
  assert.equal(
    of(
      'verb="LIST",dry_run="",group="",version="v1",resource="pods",subresource="",scope="cluster",component="apiserver",code="403"',
    ),
    1,
  );
  assert.equal(
    of(
      'verb="POST",dry_run="All",group="",version="v1",resource="configmaps",subresource="",scope="resource",component="apiserver",code="201"',
    ),
    1,
  );
  assert.doesNotMatch(text, /unheard/);
  assert.equal(metrics.value('apiserver_storage_objects{resource="namespaces"}'), 4);
  assert.ok(
    (metrics.value(
      'apiserver_admission_step_admission_duration_seconds_count{type="validate",operation="CREATE",rejected="false"}',
    ) ?? 0) > 0,
  );
  assert.equal(metrics.value('apiserver_flowcontrol_nominal_limit_seats{priority_level="exempt"}'), 0);
});

test("every metric is written once, with its help and its type", async () => {
  const { ask } = await start();
  const { text } = await ask("GET /metrics");
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name);
  assert.equal(new Set(names).size, names.length);
  for (const line of text.trimEnd().split("\n")) assert.match(line, /^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{.*\})? \S+)$/);
});

test("only who may asks for metrics", async () => {
  const { ask } = await start();
  assert.equal((await ask("GET /metrics", undefined, { user: "jane" })).status, 403);
  assert.equal(
    (await ask("GET /metrics", undefined, { user: "prometheus", groups: ["system:monitoring"] })).status,
    200,
  );
});

test("the checks of health are counted, told one by one, and can be left out", async () => {
  const { ask, plane } = await start();
  assert.equal((await ask("GET /readyz")).text, "ok");
  plane.announceEnd();
  const failed = await ask("GET /readyz");
  assert.equal(failed.status, 500);
  assert.match(failed.text, /^\[-\]shutdown failed: reason withheld$/m);
  assert.match(failed.text, /^\[\+\]poststarthook\/rbac\/bootstrap-roles ok$/m);
  assert.equal((await ask("GET /readyz?exclude=shutdown")).status, 200);
  const { text } = await ask("GET /metrics/slis");
  assert.match(text, /^kubernetes_healthcheck\{name="shutdown",type="readyz"\} 0$/m);
  assert.match(text, /^kubernetes_healthchecks_total\{name="shutdown",status="success",type="readyz"\} 1$/m);
});
