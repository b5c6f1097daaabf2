import assert from "node:assert/strict";
import { test } from "node:test";
import { exponential } from "./histogram.ts";
import { Metrics } from "./metrics.ts";

test("metrics read as Prometheus writes them, in the order of their names", () => {
  const metrics = new Metrics();
  const requests = metrics.counter({
    name: "requests_total",
    help: "Requests.",
    stability: "STABLE",
    labels: ["verb", "code"],
  });
  const latency = metrics.histogram({
    name: "latency_seconds",
    help: "How long.",
    labels: ["verb"],
    buckets: [0.1, 1],
  });
  metrics.gauge({ name: "open", help: "Open." }).set(2);
  metrics.observed("gauge", { name: "seen", help: "Looked up.", labels: ["what"] }, () => [[['a "b"\\'], 1e21]]);
  requests.with("GET", "200").inc();
  requests.with("GET", "200").inc(2);
  for (const value of [0.05, 0.1, 0.5, 7]) latency.with("GET").observe(value);
  assert.equal(
    metrics.text(),
    `# HELP latency_seconds [ALPHA] How long.
# TYPE latency_seconds histogram
latency_seconds_bucket{verb="GET",le="0.1"} 2
latency_seconds_bucket{verb="GET",le="1"} 3
latency_seconds_bucket{verb="GET",le="+Inf"} 4
latency_seconds_sum{verb="GET"} 7.65
latency_seconds_count{verb="GET"} 4
# HELP open [ALPHA] Open.
# TYPE open gauge
open 2
# HELP requests_total [STABLE] Requests.
# TYPE requests_total counter
requests_total{verb="GET",code="200"} 3
# HELP seen [ALPHA] Looked up.
# TYPE seen gauge
seen{what="a \\"b\\"\\\\"} 1e+21
`,
  );
});

test("a metric with labels is not told before it has any", () => {
  const metrics = new Metrics();
  metrics.counter({ name: "a_total", help: "A.", labels: ["x"] });
  metrics.counter({ name: "b_total", help: "B." });
  assert.equal(metrics.text(), "# HELP b_total [ALPHA] B.\n# TYPE b_total counter\nb_total 0\n");
  metrics.counter({ name: "b_total", help: "B." }).inc();
  assert.match(metrics.text(), /^b_total 1$/m);
  assert.throws(() => metrics.gauge({ name: "b_total", help: "B." }), /is there already/);
});

test("exponential bounds grow by their factor", () =>
  assert.deepEqual(exponential(0.001, 2, 4), [0.001, 0.002, 0.004, 0.008]));
