/**
 * Upstream's structured authentication: `apiserver.config.k8s.io` AuthenticationConfiguration
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration), with its
 * validation.
 */
import { type FieldError, Path } from "../../../api/validation/field-error.ts";
import { isDomainPrefixedPath } from "../../../api/validation/names.ts";
import { flag, list, optional, type Reader, read, requiredText, struct, text } from "../../configuration/reader.ts";
import { expressionFaults } from "./expression-faults.ts";

export interface Issuer {
  readonly url: string;
  /** Where the issuer describes itself, if not below its URL. */
  readonly discoveryURL: string;
  /** PEM; empty: the authorities that this machine trusts. */
  readonly certificateAuthority: string;
  readonly audiences: readonly string[];
  readonly audienceMatchPolicy: string;
}

export interface ClaimValidationRule {
  readonly claim: string;
  readonly requiredValue: string;
  readonly expression: string;
  readonly message: string;
}

export interface ClaimOrExpression {
  readonly claim: string;
  readonly expression: string;
}

export interface PrefixedClaimOrExpression extends ClaimOrExpression {
  readonly prefix?: string | undefined;
}

export interface JwtAuthenticatorConfiguration {
  readonly issuer: Issuer;
  readonly claimValidationRules: readonly ClaimValidationRule[];
  readonly claimMappings: {
    readonly username: PrefixedClaimOrExpression;
    readonly groups: PrefixedClaimOrExpression;
    readonly uid: ClaimOrExpression;
    readonly extra: readonly { readonly key: string; readonly valueExpression: string }[];
  };
  readonly userValidationRules: readonly { readonly expression: string; readonly message: string }[];
}

export interface AuthenticationConfiguration {
  readonly jwt: readonly JwtAuthenticatorConfiguration[];
  /** Absent: all paths may be asked for without credentials, as far as authorization lets them. */
  readonly anonymous?:
    | { readonly enabled: boolean; readonly conditions: readonly { readonly path: string }[] }
    | undefined;
}

export const authenticationVersions = [
  "apiserver.config.k8s.io/v1",
  "apiserver.config.k8s.io/v1beta1",
  "apiserver.config.k8s.io/v1alpha1",
];

type Mappings = JwtAuthenticatorConfiguration["claimMappings"];
const prefixed: Reader<PrefixedClaimOrExpression> = struct<PrefixedClaimOrExpression>({
  claim: text,
  expression: text,
  prefix: optional(text),
});

const authenticator = struct<JwtAuthenticatorConfiguration>({
  issuer: struct<Issuer>({
    url: text,
    discoveryURL: text,
    certificateAuthority: text,
    audiences: list(text),
    audienceMatchPolicy: text,
  }),
  claimValidationRules: list(
    struct<ClaimValidationRule>({ claim: text, requiredValue: text, expression: text, message: text }),
  ),
  claimMappings: struct<Mappings>({
    username: prefixed,
    groups: prefixed,
    uid: struct<ClaimOrExpression>({ claim: text, expression: text }),
    extra: list(struct<Mappings["extra"][number]>({ key: text, valueExpression: text })),
  }),
  userValidationRules: list(
    struct<JwtAuthenticatorConfiguration["userValidationRules"][number]>({ expression: text, message: text }),
  ),
});

interface Written extends AuthenticationConfiguration {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}

const written = struct<Written>({
  apiVersion: optional(text),
  kind: optional(text),
  jwt: list(authenticator),
  anonymous: optional(
    struct<NonNullable<AuthenticationConfiguration["anonymous"]>>({
      enabled: flag,
      conditions: list(struct<{ path: string }>({ path: requiredText })),
    }),
  ),
});

/** Reads an AuthenticationConfiguration. Throws ConfigurationError. */
export function readAuthentication(document: unknown): AuthenticationConfiguration {
  const { jwt, anonymous } = read(document, written, validate);
  return { jwt, ...(anonymous && { anonymous }) };
}

function validate({ jwt, anonymous }: AuthenticationConfiguration): FieldError[] {
  const faults: FieldError[] = [];
  const root = new Path("jwt");
  if (jwt.length > most) faults.push(root.tooMany(jwt.length, most));
  const issuers = new Set<string>();
  const discoveries = new Set<string>();
  jwt.forEach((one, i) => {
    const path = root.index(i);
    faults.push(...validateIssuer(one.issuer, path.child("issuer")));
    faults.push(...validateRules(one, path), ...validateMappings(one.claimMappings, path.child("claimMappings")));
    faults.push(...expressionFaults(one, path));
    const { url, discoveryURL } = one.issuer;
    if (issuers.has(url)) faults.push(path.child("issuer", "url").duplicate(url));
    issuers.add(url);
    if (discoveryURL && discoveries.has(discoveryURL))
      faults.push(path.child("issuer", "discoveryURL").duplicate(discoveryURL));
    discoveries.add(discoveryURL);
  });
  if (anonymous && !anonymous.enabled && anonymous.conditions.length) {
    const why = "enabled should be set to true when conditions are defined";
    faults.push(new Path("anonymous").child("conditions").invalid(anonymous.conditions, why));
  }
  return faults;
}

const most = 64;

function validateIssuer(issuer: Issuer, path: Path): FieldError[] {
  const { url, discoveryURL, audiences, audienceMatchPolicy: policy, certificateAuthority } = issuer;
  const faults = url ? validateUrl(url, path.child("url")) : [path.child("url").required()];
  if (discoveryURL) {
    const at = path.child("discoveryURL");
    if (url && url.replace(/\/+$/, "") === discoveryURL.replace(/\/+$/, ""))
      faults.push(at.invalid(discoveryURL, "discoveryURL must be different from URL"));
    faults.push(...validateUrl(discoveryURL, at));
  }
  const at = path.child("audiences");
  if (!audiences.length) faults.push(at.required(`at least one ${at} is required`));
  audiences.forEach((audience, i) => {
    if (!audience) faults.push(at.index(i).required());
    if (audiences.indexOf(audience) < i) faults.push(at.index(i).duplicate(audience));
  });
  const ofPolicy = path.child("audienceMatchPolicy");
  if (audiences.length > 1 && policy !== "MatchAny")
    faults.push(ofPolicy.invalid(policy, "audienceMatchPolicy must be MatchAny for multiple audiences"));
  if (audiences.length === 1 && policy && policy !== "MatchAny")
    faults.push(ofPolicy.invalid(policy, "audienceMatchPolicy must be empty or MatchAny for single audience"));
  if (certificateAuthority && !certificateAuthority.includes("-----BEGIN CERTIFICATE-----"))
    faults.push(
      path
        .child("certificateAuthority")
        .invalid("<omitted>", "data does not contain any valid RSA or ECDSA certificates"),
    );
  return faults;
}

function validateUrl(text: string, path: Path): FieldError[] {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    return [path.invalid(text, error instanceof Error ? error.message : String(error))];
  }
  const faults: FieldError[] = [];
  if (url.protocol !== "https:") faults.push(path.invalid(text, "URL scheme must be https"));
  if (url.username || url.password) faults.push(path.invalid(text, "URL must not contain a username or password"));
  if (url.search) faults.push(path.invalid(text, "URL must not contain a query"));
  if (url.hash) faults.push(path.invalid(text, "URL must not contain a fragment"));
  return faults;
}

function validateRules(
  { claimValidationRules, userValidationRules }: JwtAuthenticatorConfiguration,
  path: Path,
): FieldError[] {
  const faults: FieldError[] = [];
  const seen = { claim: new Set<string>(), expression: new Set<string>(), user: new Set<string>() };
  claimValidationRules.forEach(({ claim, expression, message, requiredValue }, i) => {
    const at = path.child("claimValidationRules").index(i);
    if (claim && expression) faults.push(at.invalid(claim, "claim and expression can't both be set"));
    else if (claim) {
      if (message) faults.push(at.child("message").invalid(message, "may not be specified when claim is set"));
      if (seen.claim.has(claim)) faults.push(at.child("claim").duplicate(claim));
      seen.claim.add(claim);
    } else if (expression) {
      if (requiredValue)
        faults.push(at.child("requiredValue").invalid(requiredValue, "may not be specified when expression is set"));
      if (seen.expression.has(expression)) faults.push(at.child("expression").duplicate(expression));
      seen.expression.add(expression);
    } else faults.push(at.required("claim or expression is required"));
  });
  userValidationRules.forEach(({ expression }, i) => {
    const at = path.child("userValidationRules").index(i).child("expression");
    if (!expression) faults.push(at.required());
    else if (seen.user.has(expression)) faults.push(at.duplicate(expression));
    seen.user.add(expression);
  });
  return faults;
}

function validateMappings({ username, groups, uid, extra }: Mappings, path: Path): FieldError[] {
  const faults = [
    ...validatePrefixed(username, path.child("username"), true),
    ...validatePrefixed(groups, path.child("groups"), false),
  ];
  if (uid.claim && uid.expression) faults.push(path.child("uid").invalid("", "claim and expression can't both be set"));
  extra.forEach(({ key, valueExpression }, i) => {
    const at = path.child("extra").index(i);
    for (const { value, fault } of isDomainPrefixedPath(key)) faults.push(at.child("key").invalid(value, fault));
    if (key !== key.toLowerCase()) faults.push(at.child("key").invalid(key, "must be lowercase"));
    if (/^([^/]+\.)?(k8s|kubernetes)\.io\//.test(key))
      faults.push(
        at.child("key").invalid(key, "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use"),
      );
    if (extra.findIndex((one) => one.key === key) < i) faults.push(at.child("key").duplicate(key));
    else if (!valueExpression) faults.push(at.child("valueExpression").required());
  });
  return faults;
}

function validatePrefixed(
  { claim, expression, prefix }: PrefixedClaimOrExpression,
  path: Path,
  needed: boolean,
): FieldError[] {
  if (claim && expression) return [path.invalid("", "claim and expression can't both be set")];
  if (expression)
    return prefix === undefined
      ? []
      : [path.child("prefix").invalid(prefix, "may not be specified when expression is set")];
  if (claim) return prefix === undefined ? [path.child("prefix").required(prefixText)] : [];
  return needed ? [path.required("claim or expression is required")] : [];
}

const prefixText = "prefix is required when claim is set. It can be set to an empty string to disable prefixing";
