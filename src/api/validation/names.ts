/**
 * The rules for names, labels, ports and the like, with upstream's texts. Each check gives the faults it finds, none when
 * all is well (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
 */
type Faults = readonly string[];
export type NameRule = (name: string, asPrefix?: boolean) => Faults;

const none: Faults = [];
/** Two spaces stand between the examples: clients compare these texts as they are. */
const matching = (text: string, pattern: string, ...examples: readonly string[]): string => {
  const listed = examples.map((e) => `'${e}', `).join(" or ");
  return examples.length === 0
    ? `${text} (regex used for validation is '${pattern}')`
    : `${text} (e.g. ${listed}regex used for validation is '${pattern}')`;
};
export const maxLength = (limit: number): string => `must be no more than ${limit} characters`;
/** What the younger checks, those of labels, say of the same. */
const maxBytes = (limit: number): string => `must be no more than ${limit} bytes`;
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
const tooLong = (text: string, limit: number): boolean =>
  text.length > limit || (text.length * 3 > limit && utf8Length(text) > limit);

const dns1123Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dns1123Subdomain = `${dns1123Label}(\\.${dns1123Label})*`;
const qualifiedPart = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualifiedPart})?`;

export const labelText = matching(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  dns1123Label,
  "my-name",
  "123-abc",
);
export const subdomainText = matching(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  dns1123Subdomain,
  "example.com",
);
const qualifiedText =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

function rule(pattern: string, text: string, limit: number): (value: string) => Faults {
  const whole = new RegExp(`^${pattern}$`);
  return (value) => {
    const faults: string[] = [];
    if (tooLong(value, limit)) faults.push(maxLength(limit));
    if (!whole.test(value)) faults.push(text);
    return faults.length ? faults : none;
  };
}

const isLabelAtAll = rule(dns1123Label, labelText, 63);
export const isDns1123Subdomain = rule(dns1123Subdomain, subdomainText, 253);
export const isDns1123Label = (value: string): Faults => {
  const faults = isLabelAtAll(value);
  if (!faults.includes(labelText) || isDns1123Subdomain(value).includes(subdomainText)) return faults;
  return faults.map((fault) => (fault === labelText ? "must not contain dots" : fault));
};
export const isDns1035Label = rule(
  "[a-z]([-a-z0-9]*[a-z0-9])?",
  matching(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    "[a-z]([-a-z0-9]*[a-z0-9])?",
    "my-name",
    "abc-123",
  ),
  63,
);
export const isDns1123SubdomainWithUnderscore = rule(
  `_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*`,
  matching(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    `_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*`,
    "example.com",
  ),
  253,
);
export const isWildcardDns1123Subdomain = rule(
  `\\*\\.${dns1123Subdomain}`,
  matching(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    `\\*\\.${dns1123Subdomain}`,
    "*.example.com",
  ),
  253,
);
export const isConfigMapKey = (key: string): Faults => {
  const faults: string[] = [];
  if (tooLong(key, 253)) faults.push(maxLength(253));
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    faults.push(
      matching(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        "[-._a-zA-Z0-9]+",
        "key.name",
        "KEY_NAME",
        "key-name",
      ),
    );
  }
  if (key === ".") faults.push("must not be '.'");
  if (key === "..") faults.push("must not be '..'");
  else if (key.startsWith("..")) faults.push("must not start with '..'");
  return faults;
};
/** Since 1.30: any printable ASCII but `=`. */
export const isRelaxedEnvVarName = (name: string): Faults =>
  name === ""
    ? ["environment variable name must be non-empty"]
    : /^[ -<>-~]+$/.test(name)
      ? none
      : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
export const isConditionReason = rule(
  "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?",
  matching(
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
    "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?",
    "my_name",
    "MY_NAME",
    "MyName",
    "ReasonA,ReasonB",
    "ReasonA:ReasonB",
  ),
  Number.POSITIVE_INFINITY,
);
export const isCIdentifier = rule(
  "[A-Za-z_][A-Za-z0-9_]*",
  matching(
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    "[A-Za-z_][A-Za-z0-9_]*",
    "my_name",
    "MY_NAME",
    "MyName",
  ),
  Number.MAX_SAFE_INTEGER,
);

const qualifiedPattern = new RegExp(`^${qualifiedPart}$`);
export function isQualifiedName(value: string): Faults {
  const faults: string[] = [];
  const parts = value.split("/");
  let name = parts[0] ?? "";
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    name = parts[1] ?? "";
    if (prefix === "") faults.push("prefix part must be non-empty");
    else faults.push(...isDns1123Subdomain(prefix).map((fault) => `prefix part ${fault}`));
  } else if (parts.length > 2) {
    const text = matching(`a valid label key ${qualifiedText}`, qualifiedPart, "MyName", "my.name", "123-abc");
    return [`${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === "") faults.push("name part must be non-empty");
  else if (tooLong(name, 63)) faults.push(`name part ${maxBytes(63)}`);
  if (!qualifiedPattern.test(name)) {
    faults.push(`name part ${matching(qualifiedText, qualifiedPart, "MyName", "my.name", "123-abc")}`);
  }
  return faults.length ? faults : none;
}

const labelValuePattern = new RegExp(`^${labelValue}$`);
export function isLabelValue(value: string): Faults {
  const faults: string[] = [];
  if (tooLong(value, 63)) faults.push(maxBytes(63));
  if (!labelValuePattern.test(value)) {
    faults.push(
      matching(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        labelValue,
        "MyValue",
        "my_value",
        "12345",
      ),
    );
  }
  return faults.length ? faults : none;
}

export const inRange = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;
export const isPortNumber = (port: number): Faults => (port >= 1 && port <= 65535 ? none : [inRange(1, 65535)]);
export function isPortName(name: string): Faults {
  const faults: string[] = [];
  if (name.length > 15) faults.push(maxLength(15));
  if (!/^[-a-z0-9]+$/.test(name)) faults.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(name)) faults.push("must contain at least one letter (a-z)");
  if (name.includes("--")) faults.push("must not contain consecutive hyphens");
  if (name.startsWith("-") || name.endsWith("-")) faults.push("must not begin or end with a hyphen");
  return faults;
}
export const isHttpHeaderName = (name: string): Faults =>
  /^[-A-Za-z0-9]+$/.test(name)
    ? none
    : [
        matching(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          "[-A-Za-z0-9]+",
          "X-Header-Name",
        ),
      ];

const percent = /^[0-9]+%$/;
export const isPercent = (text: string): Faults =>
  percent.test(text)
    ? none
    : [matching("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%")];

/** A generated name ends in letters of its own, so the trailing dash of a prefix is no fault. */
const masked = (name: string): string => (name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name);
const nameRule =
  (check: (name: string) => Faults): NameRule =>
  (name, asPrefix = false) =>
    check(asPrefix ? masked(name) : name);

export const subdomainName = nameRule(isDns1123Subdomain);
export const labelName = nameRule(isDns1123Label);
/** Names that only must be one segment of a path (RBAC). */
export const pathSegmentName: NameRule = (name, asPrefix = false) => {
  if (!asPrefix && (name === "." || name === "..")) return [`may not be '${name}'`];
  return ["/", "%"].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`);
};

const httpPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const wholeHttpPath = new RegExp(`^${httpPath}$`);

/** `acme.io/foo`; each fault with the part that it is about. */
export function isDomainPrefixedPath(text: string): readonly { readonly value: string; readonly fault: string }[] {
  const slash = text.indexOf("/");
  const [host, path] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  if (!host || !path) return [{ value: text, fault: 'must be a domain-prefixed path (such as "acme.io/foo")' }];
  const faults = isDns1123Subdomain(host).map((fault) => ({ value: host, fault }));
  if (wholeHttpPath.test(path)) return faults;
  return [...faults, { value: path, fault: `Invalid path (regex used for validation is '${httpPath}')` }];
}
