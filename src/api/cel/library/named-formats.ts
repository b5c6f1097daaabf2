/** Formats by name (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library), and JSON pointers. */
import { isDns1035Label, isLabelValue, isQualifiedName, labelName, subdomainName } from "../../validation/names.ts";
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { listValue } from "../values/list.ts";
import type { Opaque } from "../values/opaque.ts";
import { Optional } from "../values/optional.ts";
import { parseDate } from "../values/timestamp.ts";
import { urlFault } from "./addresses.ts";

class NamedFormat implements Opaque {
  readonly celType = "kubernetes.NamedFormat";
  readonly name: string;
  readonly regexSize: number;
  readonly faults: (text: string) => readonly string[];

  constructor(name: string, regexSize: number, faults: (text: string) => readonly string[]) {
    this.name = name;
    this.regexSize = regexSize;
    this.faults = faults;
  }

  equals(other: Opaque): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }

  text(): string {
    return this.name;
  }
}

const matching =
  (fits: (text: string) => boolean, fault: string) =>
  (text: string): readonly string[] =>
    fits(text) ? [] : [fault];

const withPrefix = (text: string): string => text.replace(/-$/, "a");
const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(text);
const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text);
const isDate = (text: string): boolean => parseDate(text) !== undefined;

function isDateTime(text: string): boolean {
  const [date = "", time, ...more] = text.toLowerCase().split("t");
  if (time === undefined || more.length > 0 || !isDate(date)) return false;
  const match = /^(\d{2}):(\d{2}):(\d{2})(.\d+)?(z|[+-]\d{2}:\d{2})$/.exec(time);
  return match !== null && Number(match[1]) <= 23 && Number(match[2]) <= 59 && Number(match[3]) <= 59;
}

const formats: Readonly<Record<string, NamedFormat>> = {
  dns1123Label: new NamedFormat("DNS1123Label", 30, (text) => labelName(text)),
  dns1123Subdomain: new NamedFormat("DNS1123Subdomain", 60, (text) => subdomainName(text)),
  dns1035Label: new NamedFormat("DNS1035Label", 30, isDns1035Label),
  qualifiedName: new NamedFormat("QualifiedName", 60, isQualifiedName),
  dns1123LabelPrefix: new NamedFormat("DNS1123LabelPrefix", 30, (text) => labelName(text, true)),
  dns1123SubdomainPrefix: new NamedFormat("DNS1123SubdomainPrefix", 60, (text) => subdomainName(text, true)),
  dns1035LabelPrefix: new NamedFormat("DNS1035LabelPrefix", 30, (text) => isDns1035Label(withPrefix(text))),
  labelValue: new NamedFormat("LabelValue", 40, isLabelValue),
  uri: new NamedFormat("URI", 1103, (text) => {
    const fault = urlFault(text);
    return fault === undefined ? [] : [fault];
  }),
  uuid: new NamedFormat("uuid", 84, matching(isUuid, "does not match the UUID format")),
  byte: new NamedFormat("byte", 84, matching(isBase64, "invalid base64")),
  date: new NamedFormat("date", 80, matching(isDate, "invalid date")),
  datetime: new NamedFormat("datetime", 80, matching(isDateTime, "invalid datetime")),
};

function validate(format: NamedFormat, text: string): Optional {
  const faults = format.faults(text);
  return faults.length ? Optional.of(listValue(faults)) : Optional.none;
}

export const namedFormats: readonly FunctionDeclaration[] = [
  declare("validate", ["format-validate", "kubernetes.NamedFormat.(string) optional(list(string))", validate]),
  declare("format.named", [
    "format-named",
    "(string) optional(kubernetes.NamedFormat)",
    (name: string) => (Object.hasOwn(formats, name) ? Optional.of(formats[name] as NamedFormat) : Optional.none),
  ]),
  ...Object.entries(formats).map(([name, format]) =>
    declare(`format.${name}`, [`format.${name}`, "() kubernetes.NamedFormat", () => format]),
  ),
];

/** For the expressions of JSON patches: the key as it stands in a pointer. */
export const jsonPointers: readonly FunctionDeclaration[] = [
  declare("jsonpatch.escapeKey", [
    "string_jsonpatch_escapeKey_string",
    "(string) string",
    (key: string) => key.replace(/[/~]/g, (char) => (char === "/" ? "~1" : "~0")),
  ]),
];
