/** The flags of kube-apiserver as envtest and its users give them, in Coxswain's own terms. */
import path from "node:path";
import type { AuthorizationMode } from "../../cluster/authorization.ts";
import { idle, otherPlugins, pluginsWithoutName, refused, told, usualPlugins } from "./known-flags.ts";
import { readFlags } from "./read-flags.ts";

export interface ServerFlags {
  readonly host: string;
  readonly port: number;
  /** Files in PEM. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly signingKeyFile: string | undefined;
  /** With which certificate the server says to other servers of the API who asks; by which they know it. */
  readonly frontProxy:
    | { readonly certificateFile: string; readonly keyFile: string; readonly caFile: string }
    | undefined;
  readonly serviceRange: string | undefined;
  readonly issuer: string | undefined;
  readonly authorizationModes: readonly AuthorizationMode[];
  /** Whether who shows nothing is let in; undefined: as the configuration has it. */
  readonly anonymous: boolean | undefined;
  /** Admission plugins that are off. */
  readonly withoutPlugins: readonly string[];
  /** An ApiServerConfiguration (docs/configuration.md). */
  readonly configuration: object;
  /** What was asked for and is not there, in words. */
  readonly ignored: readonly string[];
}

/** Flags that were given, each asked for by its name. */
class Given {
  readonly #flags: ReadonlyMap<string, readonly string[]>;
  readonly #read = new Set<string>();
  /** What is to be said of them. */
  readonly words: string[] = [];

  constructor(args: readonly string[]) {
    this.#flags = readFlags(args);
  }

  /** Every time that it was given; lists are given with commas or again. */
  all(name: string): string[] {
    this.#read.add(name);
    return (this.#flags.get(name) ?? []).flatMap((value) => value.split(",")).filter(Boolean);
  }

  last(name: string): string | undefined {
    this.#read.add(name);
    return this.#flags.get(name)?.at(-1) || undefined;
  }

  needed(name: string): string {
    const value = this.last(name);
    if (value === undefined) throw new Error(`--${name} is needed, as envtest gives it`);
    return value;
  }

  whole(name: string): number | undefined {
    const value = this.last(name);
    if (value !== undefined && !/^\d+$/.test(value)) throw this.#bad(name, value);
    return value === undefined ? undefined : Number(value);
  }

  flag(name: string): boolean | undefined {
    const value = this.last(name);
    if (value !== undefined && !/^(true|false|1|0)$/i.test(value)) throw this.#bad(name, value);
    return value === undefined ? undefined : /^(true|1)$/i.test(value);
  }

  #bad(name: string, value: string): Error {
    return new Error(`invalid argument ${JSON.stringify(value)} for "--${name}" flag`);
  }

  /** Judges all that nobody has asked for. */
  judgeOthers(): void {
    for (const [name, values] of this.#flags) {
      if (this.#read.has(name) || idle.some((one) => one.test(name))) continue;
      const shown = `--${name}=${values.join()}`;
      const why = (list: typeof told): string | undefined => list.find(([pattern]) => pattern.test(name))?.[1];
      const [reason, no] = [why(told), why(refused)];
      if (no !== undefined) throw new Error(`${shown}: ${no}`);
      if (reason === undefined) throw new Error(`unknown flag: --${name}`);
      this.words.push(`${shown} changes nothing: ${reason}`);
    }
  }
}

/** Without the members that are undefined. */
const present = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const orNone = <T extends object>(object: T): T | undefined => (Object.keys(object).length ? object : undefined);

/** Throws Error, as kube-apiserver ends, where there can be no such server. */
export function serverFlags(args: readonly string[]): ServerFlags {
  const given = new Given(args);
  // once it was the way to have no port without TLS
  if (given.whole("insecure-port")) throw new Error("unknown flag: --insecure-port");
  if (given.flag("allow-privileged") === false)
    given.words.push("--allow-privileged=false changes nothing: privileged containers are allowed");
  const folder = given.last("cert-dir");
  const served = (flag: string, file: string): string =>
    given.last(flag) ?? path.join(folder ?? given.needed("cert-dir"), file);
  const [serviceRange, second] = given.last("service-cluster-ip-range")?.split(",") ?? [];
  if (second) given.words.push(`--service-cluster-ip-range: services get addresses of ${serviceRange} alone`);
  const flags = {
    host: given.last("bind-address") ?? "127.0.0.1",
    port: given.whole("secure-port") ?? 6443,
    certificateFile: served("tls-cert-file", "apiserver.crt"),
    keyFile: served("tls-private-key-file", "apiserver.key"),
    clientCaFile: given.needed("client-ca-file"),
    signingKeyFile: signingKey(given),
    frontProxy: frontProxy(given),
    serviceRange,
    issuer: given.all("service-account-issuer")[0],
    authorizationModes: authorizationModes(given),
    anonymous: given.flag("anonymous-auth"),
    withoutPlugins: withoutPlugins(given),
    configuration: configuration(given),
  };
  given.judgeOthers();
  return { ...flags, ignored: given.words };
}

/** Keys that only verify are not read: tokens are the server's own. */
function signingKey(given: Given): string | undefined {
  given.all("service-account-key-file");
  return given.last("service-account-signing-key-file");
}

function frontProxy(given: Given): ServerFlags["frontProxy"] {
  const [certificateFile, keyFile] = [given.last("proxy-client-cert-file"), given.last("proxy-client-key-file")];
  const caFile = given.last("requestheader-client-ca-file");
  return certificateFile && keyFile && caFile ? { certificateFile, keyFile, caFile } : undefined;
}

function authorizationModes(given: Given): readonly AuthorizationMode[] {
  return given.all("authorization-mode").map((mode) => {
    if (mode === "Node" || mode === "RBAC") return mode;
    throw new Error(`--authorization-mode=${mode}: requests are authorized by RBAC and Node alone`);
  });
}

/** As upstream, where all that are on by default are, and others if they are asked for. */
function withoutPlugins(given: Given): string[] {
  const [on, off] = [given.all("enable-admission-plugins"), given.all("disable-admission-plugins")];
  const known = [...usualPlugins, ...otherPlugins, "NodeRestriction"];
  for (const [flag, names] of [
    ["enable", on],
    ["disable", off],
  ] as const)
    for (const name of names)
      if (!known.includes(name)) throw new Error(`${flag}-admission-plugins plugin ${JSON.stringify(name)} is unknown`);
  const both = on.find((name) => off.includes(name));
  if (both) throw new Error(`${both} in enable-admission-plugins and disable-admission-plugins overlapped`);
  const missing = on.filter((name) => otherPlugins.includes(name));
  if (missing.length) throw new Error(`--enable-admission-plugins=${missing.join()}: not in Coxswain`);
  return [
    ...(on.includes("NodeRestriction") ? [] : ["NodeRestriction"]),
    ...off.filter((name) => ![...pluginsWithoutName, ...otherPlugins, "NodeRestriction"].includes(name)),
  ];
}

function configuration(given: Given): object {
  const seconds = given.whole("min-request-timeout");
  const parts = {
    authentication: orNone(
      present({
        configFile: given.last("authentication-config"),
        tokenFile: given.last("token-auth-file"),
        // upstream has it off where nobody asks for it
        bootstrapTokens: given.flag("enable-bootstrap-token-auth") ?? false,
        requestHeader: requestHeader(given),
      }),
    ),
    audit: audit(given),
    requests: orNone(
      present({
        timeout: given.last("request-timeout"),
        minWatchTimeout: seconds === undefined ? undefined : `${seconds}s`,
        maxInFlight: given.whole("max-requests-inflight"),
        maxMutatingInFlight: given.whole("max-mutating-requests-inflight"),
        priorityAndFairness: given.flag("enable-priority-and-fairness"),
      }),
    ),
    shutdown: orNone(present({ delay: given.last("shutdown-delay-duration") })),
  };
  return { apiVersion: "coxswain/v1alpha1", kind: "ApiServerConfiguration", ...present(parts) };
}

function requestHeader(given: Given): object | undefined {
  const clientCAFile = given.last("requestheader-client-ca-file");
  const lists = {
    allowedNames: given.all("requestheader-allowed-names"),
    usernameHeaders: given.all("requestheader-username-headers"),
    uidHeaders: given.all("requestheader-uid-headers"),
    groupHeaders: given.all("requestheader-group-headers"),
    extraHeadersPrefix: given.all("requestheader-extra-headers-prefix"),
  };
  if (!clientCAFile) return undefined;
  return { clientCAFile, ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length)) };
}

function audit(given: Given): object | undefined {
  const [policyFile, file] = [given.last("audit-policy-file"), given.last("audit-log-path")];
  const log = {
    path: file === "-" ? "/dev/stdout" : file,
    maxSize: given.whole("audit-log-maxsize") || undefined,
    maxAge: given.whole("audit-log-maxage"),
    maxBackups: given.whole("audit-log-maxbackup"),
  };
  if (policyFile && file) return { policyFile, log: present(log) };
  if (file) given.words.push("no audit policy file provided, no events will be recorded for log backend");
  return undefined;
}
