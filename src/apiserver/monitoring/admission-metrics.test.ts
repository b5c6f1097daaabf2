import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../api/errors.ts";
import { Metrics } from "../../base/metrics/metrics.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import { AdmissionMetrics } from "./admission-metrics.ts";

const request = { operation: "CREATE" } as AdmissionRequest;

test("plugins are measured by what they do and how it ends, and refuse as before", async () => {
  const metrics = new Metrics();
  const measure = new AdmissionMetrics(metrics, new VirtualClock(0));
  const refuses = measure.measured({
    name: "Refuses",
    validate: async () => {
      throw new ApiError("Forbidden", "no");
    },
  });
  const admits = measure.measured({ name: "Admits", admit: () => {} });
  admits.admit?.(request, undefined as never);
  await assert.rejects(async () => refuses.validate?.(request), /no/);
  assert.equal(refuses.admit, undefined);
  const text = metrics.text();
  const counted = (labels: string): RegExp =>
    new RegExp(`^apiserver_admission_controller_admission_duration_seconds_count{${labels}} 1$`, "m");
  assert.match(text, counted('name="Admits",type="admit",operation="CREATE",rejected="false"'));
  assert.match(text, counted('name="Refuses",type="validate",operation="CREATE",rejected="true"'));
});

test("webhooks that could not be asked are told from those that refuse", () => {
  const metrics = new Metrics();
  const measure = new AdmissionMetrics(metrics, new VirtualClock(0));
  const call = { name: "w.example.com", type: "validating", operation: "CREATE" } as const;
  measure.webhook(call, 5, { rejected: false, code: 200 });
  measure.webhook(call, 5, { rejected: true, code: 403 });
  measure.webhook(call, 5, { rejected: true, code: 500, isCallFault: true });
  measure.webhook(call, 5, { rejected: false, code: 200, isCallFault: true, failedOpen: true });
  const text = metrics.text();
  for (const line of [
    'webhook_request_total{name="w.example.com",type="validating",operation="CREATE",code="200",rejected="false"} 2',
    'webhook_rejection_count{name="w.example.com",type="validating",operation="CREATE",error_type="no_error",rejection_code="403"} 1',
    'webhook_rejection_count{name="w.example.com",type="validating",operation="CREATE",error_type="calling_webhook_error",rejection_code="0"} 1',
    'webhook_fail_open_count{name="w.example.com",type="validating"} 1',
  ])
    assert.ok(text.includes(`apiserver_admission_${line}\n`), line);
});
