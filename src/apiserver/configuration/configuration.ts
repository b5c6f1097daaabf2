/**
 * How the API server is to be: what kube-apiserver is told by flags, in one file (`docs/configuration.md`). Files that it
 * names are upstream's own kinds, read unchanged. Everything has a default.
 */
import type { FieldError } from "../../api/validation/field-error.ts";
import { Path } from "../../api/validation/field-error.ts";
import { type AuditPolicy, auditPolicyVersions, readAuditPolicy } from "../audit/policy.ts";
import {
  type AuthenticationConfiguration,
  authenticationVersions,
  readAuthentication,
} from "../authn/jwt/configuration.ts";
import {
  ConfigurationError,
  duration,
  expectType,
  flag,
  list,
  optional,
  parse,
  type Reader,
  read,
  requiredText,
  struct,
  text,
  whole,
  withDefault,
} from "./reader.ts";

export const configurationVersion = "coxswain/v1alpha1";
export const configurationKind = "ApiServerConfiguration";

/** Who is believed when another server says who asks (upstream's `--requestheader-*`). */
export interface RequestHeaderConfiguration {
  /** PEM. */
  readonly clientCA: string;
  /** Common names of certificates that may speak for others; none: all that `clientCA` signed. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeadersPrefix: readonly string[];
}

export interface AuditConfiguration {
  readonly policy: AuditPolicy;
  readonly log: {
    readonly path: string;
    /** Megabytes (2^20 bytes) at which a new file is begun. */
    readonly maxSize: number;
    /** Days for which old files are kept; 0: whatever their age. */
    readonly maxAge: number;
    /** How many old files are kept; 0: all. */
    readonly maxBackups: number;
  };
  /** Events that may wait to be written; more are dropped, and counted. */
  readonly bufferSize: number;
}

/** All that was decided, with what the named files say in it. */
export interface ApiServerConfiguration {
  readonly authentication: AuthenticationConfiguration & {
    readonly bootstrapTokens: boolean;
    /** Lines of `token,user,uid,"group1,group2"`. */
    readonly tokens: string;
    readonly requestHeader?: RequestHeaderConfiguration;
  };
  readonly audit?: AuditConfiguration;
  readonly requests: {
    /** Milliseconds after which a request that is no stream is given up. */
    readonly timeout: number;
    /** Milliseconds for which a watch lives at least that names no time of its own; it is up to twice that. */
    readonly minWatchTimeout: number;
    readonly maxInFlight: number;
    readonly maxMutatingInFlight: number;
    /** False: the two limits above, each for itself; true: their sum, shared by priority levels. */
    readonly priorityAndFairness: boolean;
  };
  readonly shutdown: {
    /** Milliseconds for which requests are still taken after the server has said that it is not ready. */
    readonly delay: number;
    /** Milliseconds for which requests under way may still end. */
    readonly grace: number;
  };
  readonly metrics: boolean;
}

/** Reads a file that the configuration names; the name is as it stands there. */
export type ReadFile = (name: string) => string;

interface Written {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly authentication: {
    readonly configFile: string;
    readonly bootstrapTokens: boolean;
    readonly tokenFile: string;
    readonly requestHeader?:
      | (Omit<RequestHeaderConfiguration, "clientCA"> & { readonly clientCAFile: string })
      | undefined;
  };
  readonly audit?:
    | { readonly policyFile: string; readonly log: AuditConfiguration["log"]; readonly bufferSize: number }
    | undefined;
  readonly requests: ApiServerConfiguration["requests"];
  readonly shutdown: ApiServerConfiguration["shutdown"];
  readonly metrics: boolean;
}

const header = (...usual: string[]): Reader<readonly string[]> => withDefault(list(text), usual);

const written: Reader<Written> = struct<Written>({
  apiVersion: optional(text),
  kind: optional(text),
  authentication: struct<Written["authentication"]>({
    configFile: text,
    bootstrapTokens: withDefault(flag, true),
    tokenFile: text,
    requestHeader: optional(
      struct<NonNullable<Written["authentication"]["requestHeader"]>>({
        clientCAFile: requiredText,
        allowedNames: list(text),
        usernameHeaders: header("X-Remote-User"),
        uidHeaders: header("X-Remote-Uid"),
        groupHeaders: header("X-Remote-Group"),
        extraHeadersPrefix: header("X-Remote-Extra-"),
      }),
    ),
  }),
  audit: optional(
    struct<NonNullable<Written["audit"]>>({
      policyFile: requiredText,
      log: struct<AuditConfiguration["log"]>({
        path: requiredText,
        maxSize: withDefault(whole(1), 100),
        maxAge: whole(),
        maxBackups: whole(),
      }),
      bufferSize: withDefault(whole(1), 10_000),
    }),
  ),
  requests: struct<Written["requests"]>({
    timeout: withDefault(duration, 60_000),
    minWatchTimeout: withDefault(duration, 1_800_000),
    maxInFlight: withDefault(whole(), 400),
    maxMutatingInFlight: withDefault(whole(), 200),
    priorityAndFairness: withDefault(flag, true),
  }),
  shutdown: struct<Written["shutdown"]>({
    delay: withDefault(duration, 0),
    grace: withDefault(duration, 5_000),
  }),
  metrics: withDefault(flag, true),
});

function check({ requests }: Written): FieldError[] {
  const path = new Path("requests");
  const faults: FieldError[] = [];
  if (requests.timeout <= 0) faults.push(path.child("timeout").invalid(0, "must be longer than nothing"));
  if (requests.minWatchTimeout <= 0)
    faults.push(path.child("minWatchTimeout").invalid(0, "must be longer than nothing"));
  if (requests.priorityAndFairness && requests.maxInFlight + requests.maxMutatingInFlight <= 0) {
    const why = "with priorityAndFairness, maxInFlight and maxMutatingInFlight must add up to at least 1";
    faults.push(path.child("maxInFlight").invalid(requests.maxInFlight, why));
  }
  return faults;
}

/** The configuration of a document, with the files that it names. Throws ConfigurationError. */
export function readConfiguration(document: unknown, file: ReadFile): ApiServerConfiguration {
  expectType(document, configurationKind, [configurationVersion]);
  const { apiVersion: _, kind: __, authentication, audit, ...rest } = read(document, written, check);
  const { configFile, tokenFile, requestHeader, ...login } = authentication;
  const clientCA =
    requestHeader && named("authentication.requestHeader.clientCAFile", requestHeader.clientCAFile, file, (s) => s);
  const { clientCAFile: ___, ...headers } = requestHeader ?? ({} as NonNullable<typeof requestHeader>);
  return {
    ...rest,
    authentication: {
      ...(configFile ? named("authentication.configFile", configFile, file, authenticationOf) : noAuthentication),
      ...login,
      tokens: tokenFile ? named("authentication.tokenFile", tokenFile, file, (source) => source) : "",
      ...(clientCA !== undefined && { requestHeader: { clientCA, ...headers } }),
    },
    ...(audit && {
      audit: {
        policy: named("audit.policyFile", audit.policyFile, file, policyOf),
        log: audit.log,
        bufferSize: audit.bufferSize,
      },
    }),
  };
}

const noAuthentication: AuthenticationConfiguration = { jwt: [] };

function authenticationOf(source: string): AuthenticationConfiguration {
  const document = parse(source);
  expectType(document, "AuthenticationConfiguration", authenticationVersions);
  return readAuthentication(document);
}

function policyOf(source: string): AuditPolicy {
  const document = parse(source);
  expectType(document, "Policy", auditPolicyVersions);
  return readAuditPolicy(document);
}

/** What a named file holds; its faults are told with the name. */
function named<T>(field: string, name: string, file: ReadFile, use: (source: string) => T): T {
  let source: string;
  try {
    source = file(name);
  } catch (error) {
    throw new ConfigurationError([
      `${field}: ${name} cannot be read: ${error instanceof Error ? error.message : error}`,
    ]);
  }
  try {
    return use(source);
  } catch (error) {
    if (error instanceof ConfigurationError)
      throw new ConfigurationError(error.faults.map((fault) => `${field}: ${name}: ${fault}`));
    throw error;
  }
}

/** What holds where nobody says otherwise. */
export const usualConfiguration: ApiServerConfiguration = readConfiguration(
  { apiVersion: configurationVersion, kind: configurationKind },
  () => "",
);
