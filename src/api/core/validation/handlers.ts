/** Probes, and what is called when a container starts and stops. */
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, ProbeHandler } from "../../generated/core-v1.ts";
import { checkNonNegative, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isHttpHeaderName, isPortName, isPortNumber } from "../../validation/names.ts";

type Handler = LifecycleHandler & ProbeHandler;

/** `gracePeriod`: how long the pod has to end, in seconds; unknown where that is wrong itself. */
function validateHandler(errors: FieldError[], handler: Handler, gracePeriod: number | undefined, path: Path): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const given = (["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const).filter((kind) => handler[kind]);
  for (const [i, kind] of given.entries()) {
    const at = path.child(kind);
    if (i > 0) errors.push(at.forbidden("may not specify more than 1 handler type"));
    else if (exec) {
      if (!exec.command?.length) errors.push(at.child("command").required());
    } else if (httpGet) validateHttpGet(errors, httpGet, at);
    else if (tcpSocket) checkPort(errors, tcpSocket.port, at.child("port"));
    else if (grpc) report(errors, at.child("port"), grpc.port, isPortNumber(grpc.port));
    else if (sleep && gracePeriod !== undefined && (sleep.seconds < 0 || sleep.seconds > gracePeriod)) {
      errors.push(
        at.invalid(sleep.seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`),
      );
    }
  }
  if (!given.length) errors.push(path.required("must specify a handler type"));
}

function validateHttpGet(
  errors: FieldError[],
  { path: url, port, scheme, httpHeaders }: HTTPGetAction,
  path: Path,
): void {
  if (!url) errors.push(path.child("path").required());
  checkPort(errors, port, path.child("port"));
  if (scheme !== "HTTP" && scheme !== "HTTPS")
    errors.push(path.child("scheme").notSupported(scheme ?? "", ["HTTP", "HTTPS"]));
  for (const { name } of httpHeaders ?? []) report(errors, path.child("httpHeaders"), name, isHttpHeaderName(name));
}

/** A port by its number, or by the name that a container gives it. */
export function checkPort(errors: FieldError[], port: number | string, path: Path): void {
  report(errors, path, port, typeof port === "number" ? isPortNumber(port) : isPortName(port));
}

export function validateLifecycle(
  errors: FieldError[],
  { postStart, preStop }: Lifecycle,
  gracePeriod: number | undefined,
  path: Path,
): void {
  if (postStart) validateHandler(errors, postStart, gracePeriod, path.child("postStart"));
  if (preStop) validateHandler(errors, preStop, gracePeriod, path.child("preStop"));
}

interface Probes {
  readonly livenessProbe?: Probe | undefined;
  readonly readinessProbe?: Probe | undefined;
  readonly startupProbe?: Probe | undefined;
}

export function validateProbes(
  errors: FieldError[],
  probes: Probes,
  gracePeriod: number | undefined,
  path: Path,
): void {
  const { livenessProbe, readinessProbe, startupProbe } = probes;
  if (livenessProbe) {
    validateProbe(errors, livenessProbe, gracePeriod, path.child("livenessProbe"));
    checkSingleSuccess(errors, livenessProbe, path.child("livenessProbe"));
  }
  if (readinessProbe) {
    const at = path.child("readinessProbe");
    validateProbe(errors, readinessProbe, gracePeriod, at);
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined)
      errors.push(at.child("terminationGracePeriodSeconds").invalid(seconds, "must not be set for readinessProbes"));
  }
  if (startupProbe) {
    validateProbe(errors, startupProbe, gracePeriod, path.child("startupProbe"));
    checkSingleSuccess(errors, startupProbe, path.child("startupProbe"));
  }
}

function checkSingleSuccess(errors: FieldError[], { successThreshold }: Probe, path: Path): void {
  if (successThreshold !== 1) errors.push(path.child("successThreshold").invalid(successThreshold ?? 0, "must be 1"));
}

function validateProbe(errors: FieldError[], probe: Probe, gracePeriod: number | undefined, path: Path): void {
  validateHandler(errors, probe, gracePeriod, path);
  checkNonNegative(errors, path.child("initialDelaySeconds"), probe.initialDelaySeconds);
  checkNonNegative(errors, path.child("timeoutSeconds"), probe.timeoutSeconds);
  checkNonNegative(errors, path.child("periodSeconds"), probe.periodSeconds);
  checkNonNegative(errors, path.child("successThreshold"), probe.successThreshold);
  checkNonNegative(errors, path.child("failureThreshold"), probe.failureThreshold);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.push(path.child("terminationGracePeriodSeconds").invalid(seconds, "must be greater than 0"));
}
