/** The audit log of a server, as its configuration has it. */
import { Auditor } from "../apiserver/audit/auditor.ts";
import { AuditLog } from "../apiserver/audit/log.ts";
import type { AuditConfiguration } from "../apiserver/configuration/configuration.ts";
import type { Clock } from "../base/clock.ts";
import type { Metrics } from "../base/metrics/metrics.ts";
import type { Running } from "../reconciler/run.ts";
import { RotatingFile } from "./files/rotating-file.ts";

export interface AuditingFacts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly onFault: (text: string) => void;
}

export function auditing(
  { policy, log, bufferSize }: AuditConfiguration,
  { clock, metrics, onFault }: AuditingFacts,
): Running & { readonly auditor: Auditor } {
  const sink = new RotatingFile({
    ...{ path: log.path, clock, maxBytes: log.maxSize * 2 ** 20 },
    ...{ maxAgeDays: log.maxAge, maxBackups: log.maxBackups },
  });
  const written = new AuditLog({ sink, bufferSize, clock, metrics, onFault });
  return { auditor: new Auditor({ policy, log: written, clock, metrics }), stop: () => written.close() };
}
