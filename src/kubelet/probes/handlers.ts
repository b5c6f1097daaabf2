/** What probes and lifecycle hooks do: run a command, ask over HTTP, TCP or gRPC. */
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../client/client.ts";
import { expand } from "../container/expansion.ts";
import type { Dialer, HttpProbe } from "../host.ts";
import type { Container, Probe } from "../pod/spec.ts";
import { type Runtime, RuntimeFailure } from "../runtimes/contract.ts";

export interface ProbeTarget {
  readonly container: Container;
  /** The runtime's. */
  readonly id: string;
  readonly podIP: string;
}

export interface Verdict {
  readonly healthy: boolean;
  readonly output: string;
}

const longestOutput = 10 * 1024;

/** Asks once. Rejects where no verdict can be had. */
export async function probeOnce(probe: Probe, target: ProbeTarget, runtime: Runtime, dialer: Dialer): Promise<Verdict> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return probeExec(probe.exec.command ?? [], target, runtime, probe.timeoutSeconds ?? 1);
  if (probe.httpGet) return probeHttp(httpRequest(probe.httpGet, target, "kube-probe/1.36", timeoutMs), dialer);
  if (probe.tcpSocket) {
    const port = resolvePort(probe.tcpSocket.port, target.container);
    return attempt(() => dialer.tcp(probe.tcpSocket?.host || target.podIP, port, timeoutMs));
  }
  if (probe.grpc) return probeGrpc(probe.grpc, target, dialer, timeoutMs);
  throw new Error(`missing probe handler for container ${target.container.name}`);
}

async function probeExec(
  command: readonly string[],
  { container, id }: ProbeTarget,
  runtime: Runtime,
  seconds: number,
): Promise<Verdict> {
  const env = new Map((container.env ?? []).map(({ name, value }) => [name, value]));
  const words = command.map((word) => expand(word, (name) => env.get(name)));
  try {
    const { exitCode, stdout, stderr } = await runtime.execSync(id, words, seconds);
    const output = text(stdout) + text(stderr);
    return { healthy: exitCode === 0, output: output.slice(0, longestOutput) };
  } catch (error) {
    if (error instanceof RuntimeFailure && error.code === "Timeout") {
      return {
        healthy: false,
        output: `command timed out: ${JSON.stringify(words.join(" "))} timed out after ${seconds}s`,
      };
    }
    throw error;
  }
}

async function probeHttp(request: HttpProbe, dialer: Dialer): Promise<Verdict> {
  try {
    const { status, body } = await dialer.http(request);
    if (status >= 200 && status < 400) return { healthy: true, output: body };
    return { healthy: false, output: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    return { healthy: false, output: `Get "${urlOf(request)}": ${messageOf(error)}` };
  }
}

async function probeGrpc(
  { port, service }: Shared<core.GRPCAction>,
  { podIP }: ProbeTarget,
  dialer: Dialer,
  timeoutMs: number,
): Promise<Verdict> {
  try {
    const status = await dialer.grpc(podIP, port, service ?? "", timeoutMs);
    return status === "SERVING"
      ? { healthy: true, output: "service healthy" }
      : { healthy: false, output: `service unhealthy (responded with "${status}")` };
  } catch (error) {
    return { healthy: false, output: messageOf(error) };
  }
}

async function attempt(act: () => Promise<void>): Promise<Verdict> {
  try {
    await act();
    return { healthy: true, output: "" };
  } catch (error) {
    return { healthy: false, output: messageOf(error) };
  }
}

/** Runs a lifecycle hook. Throws Error with a text for people. */
export async function runHook(
  hook: Shared<core.LifecycleHandler>,
  target: ProbeTarget & { readonly podName: string },
  runtime: Runtime,
  dialer: Dialer,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const where = `for Container "${target.container.name}" in Pod "${target.podName}" failed - error: `;
  if (hook.exec) {
    const command = hook.exec.command ?? [];
    const { exitCode, stdout, stderr } = await runtime.execSync(target.id, command, 0).catch((error: unknown) => {
      throw new Error(`Exec lifecycle hook ([${command.join(" ")}]) ${where}${messageOf(error)}, message: ""`);
    });
    if (exitCode === 0) return;
    const why = `command '${command.join(" ")}' exited with ${exitCode}: ${text(stderr)}`;
    throw new Error(
      `Exec lifecycle hook ([${command.join(" ")}]) ${where}${why}, message: ${JSON.stringify(text(stdout) + text(stderr))}`,
    );
  }
  if (hook.httpGet) {
    try {
      await dialer.http(httpRequest(hook.httpGet, target, "kube-lifecycle/1.36", 30_000));
    } catch (error) {
      throw new Error(`HTTP lifecycle hook (${hook.httpGet.path}) ${where}${messageOf(error)}`);
    }
  }
  if (hook.sleep) await pause(hook.sleep.seconds * 1000);
}

function httpRequest(
  { host, port, path = "/", scheme = "HTTP", httpHeaders = [] }: Shared<core.HTTPGetAction>,
  { container, podIP }: ProbeTarget,
  userAgent: string,
  timeoutMs: number,
): HttpProbe {
  const headers = [...(httpHeaders ?? [])];
  const names = new Set(headers.map(({ name }) => name.toLowerCase()));
  if (!names.has("user-agent")) headers.push({ name: "User-Agent", value: userAgent });
  if (!names.has("accept")) headers.push({ name: "Accept", value: "*/*" });
  return {
    scheme: scheme.toLowerCase() === "https" ? "https" : "http",
    host: host || podIP,
    port: resolvePort(port, container),
    path: path.startsWith("/") ? path : `/${path}`,
    headers,
    timeoutMs,
  };
}

const urlOf = ({ scheme, host, port, path }: HttpProbe): string =>
  `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;

/** A port by number, or by the name that the container gives it. Throws Error. */
function resolvePort(port: string | number, { ports = [] }: Container): number {
  const number = typeof port === "number" ? port : /^\d+$/.test(port) ? Number(port) : undefined;
  const found = number ?? (ports ?? []).find(({ name }) => name === port)?.containerPort;
  if (found === undefined) throw new Error(`couldn't find port: ${JSON.stringify(port)} in container`);
  if (found < 1 || found > 65_535) throw new Error(`invalid port number: ${found}`);
  return found;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
