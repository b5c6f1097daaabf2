/**
 * The flags of kube-apiserver (https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/) as envtest
 * and its users give them, in Coxswain's own terms.
 */
import path from "node:path";

export interface ServerFlags {
  readonly host: string;
  readonly port: number;
  /** Files in PEM. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly serviceRange: string | undefined;
  readonly issuer: string | undefined;
  /** Admission plugins that are off. */
  readonly withoutPlugins: readonly string[];
  /** An ApiServerConfiguration (docs/configuration.md). */
  readonly configuration: object;
  /** What was asked for and is not there, in words. */
  readonly ignored: readonly string[];
}

/** Flags that mean nothing here or are met anyway: there is no etcd, RBAC is always on, privileged pods are always allowed. */
const idle = [
  /^etcd-/,
  /^(advertise-address|allow-privileged|external-hostname|kubernetes-service-node-port)$/,
  /^(insecure-port|profiling|logging-format|v|vmodule|alsologtostderr|logtostderr|stderrthreshold)$/,
  /^(service-account-key-file|service-account-signing-key-file|api-audiences)$/,
  /^(storage-backend|storage-media-type|watch-cache|watch-cache-sizes|default-watch-cache-size)$/,
  /^(kubelet-|proxy-client-|enable-bootstrap-token-auth|enable-priority-and-fairness|enable-aggregator-routing)/,
  /^(max-requests-inflight|max-mutating-requests-inflight|min-request-timeout|request-timeout|event-ttl)$/,
];

/** `--name=value`, `--name value` and `--name` (true), each name's last value; lists are given with commas or again. */
export function readFlags(args: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const [, name, given] = /^--?([^=]+)(?:=(.*))?$/s.exec(args[i] ?? "") ?? [];
    if (name === undefined) continue;
    const next = args[i + 1];
    const value = given ?? (next !== undefined && !next.startsWith("-") ? (args[++i] as string) : "true");
    flags.set(name, [...(flags.get(name) ?? []), value]);
  }
  return flags;
}

/** Throws Error where something is missing without which there is no server. */
export function serverFlags(args: readonly string[]): ServerFlags {
  const flags = readFlags(args);
  const used = new Set<string>();
  const all = (name: string): string[] => {
    used.add(name);
    return (flags.get(name) ?? []).flatMap((value) => value.split(",")).filter(Boolean);
  };
  const last = (name: string): string | undefined => {
    used.add(name);
    return flags.get(name)?.at(-1);
  };
  const needed = (name: string, value: string | undefined): string => {
    if (value) return value;
    throw new Error(`--${name} is needed, as envtest gives it`);
  };
  const folder = last("cert-dir");
  const inFolder = (file: string): string | undefined => folder && path.join(folder, file);
  const policyFile = last("audit-policy-file");
  const tokenFile = last("token-auth-file");
  const configFile = last("authentication-config");
  const configuration = {
    ...{ apiVersion: "coxswain/v1alpha1", kind: "ApiServerConfiguration" },
    ...((tokenFile || configFile) && {
      authentication: { ...(tokenFile && { tokenFile }), ...(configFile && { configFile }) },
    }),
    ...(policyFile && { audit: { policyFile, log: { path: needed("audit-log-path", last("audit-log-path")) } } }),
  };
  const modes = all("authorization-mode");
  const read = {
    host: last("bind-address") || "127.0.0.1",
    port: Number(needed("secure-port", last("secure-port"))),
    certificateFile: needed("cert-dir", last("tls-cert-file") ?? inFolder("apiserver.crt")),
    keyFile: needed("cert-dir", last("tls-private-key-file") ?? inFolder("apiserver.key")),
    clientCaFile: needed("client-ca-file", last("client-ca-file")),
    serviceRange: all("service-cluster-ip-range")[0],
    issuer: last("service-account-issuer"),
    withoutPlugins: all("disable-admission-plugins"),
    configuration,
  };
  const ignored = [...flags.keys()].filter((name) => !used.has(name) && !idle.some((one) => one.test(name)));
  const words = ignored.map((name) => `--${name}=${flags.get(name)?.join()} changes nothing here`);
  if (modes.length && !modes.includes("RBAC"))
    words.push(
      `--authorization-mode=${modes.join()}: requests are authorized by RBAC and the node authorizer all the same`,
    );
  return { ...read, ignored: words };
}
