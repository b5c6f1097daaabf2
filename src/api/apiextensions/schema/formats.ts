/**
 * The formats of strings that definitions may name
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#schema-validation);
 * others say nothing.
 */
import { RE2JS } from "re2js";
import { parseGoDuration } from "../../batch/go-duration.ts";
import { parseAddress, parseRange } from "../../validation/ip.ts";

type Check = (text: string) => boolean;

const like =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const channel = "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])";
const rgb = new RegExp(`^rgb\\(\\s*${channel}\\s*,\\s*${channel}\\s*,\\s*${channel}\\s*\\)$`);
const uuid = (version: string, variant: string): Check =>
  like(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, "i"));
const shortName = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const upTo =
  (limit: number, check: Check): Check =>
  (text) =>
    text.length <= limit && check(text);

/** By their names without dashes, which do not count. */
const checks: Readonly<Record<string, Check>> = {
  bsonobjectid: like(/^[0-9a-f]{24}$/i),
  uri: isRequestUri,
  email: isEmail,
  hostname: isHostname,
  ipv4: (text) => text.includes(".") && parseAddress(text) !== undefined,
  ipv6: (text) => text.includes(":") && parseAddress(text) !== undefined,
  cidr: (text) => parseRange(text) !== undefined,
  mac: isMac,
  uuid: uuid("[0-9a-f]", "[0-9a-f]"),
  uuid3: uuid("3", "[0-9a-f]"),
  uuid4: uuid("4", "[89ab]"),
  uuid5: uuid("5", "[89ab]"),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: like(/^\d{3}[- ]\d{2}[- ]\d{4}$/),
  hexcolor: like(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i),
  rgbcolor: like(rgb),
  byte: like(/^(?=.)([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: upTo(63, like(new RegExp(`^${shortName}$`))),
  k8slongname: upTo(253, like(new RegExp(`^${shortName}(\\.${shortName})*$`))),
};

const checkOf = (format: string): Check | undefined => {
  const name = format.replaceAll("-", "");
  return Object.hasOwn(checks, name) ? checks[name] : undefined;
};

export const isKnownFormat = (format: string): boolean => checkOf(format) !== undefined;

/** Whether the text is of the format; undefined where the format is not known. */
export const isOfFormat = (format: string, text: string): boolean | undefined => checkOf(format)?.(text);

/** A URI with a scheme, or a path from the root. */
function isRequestUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0];
  const rest = text.slice(scheme?.length ?? 0);
  if (!scheme && !rest.startsWith("/")) return false;
  const authority = /^\/\/([^/?#]*)/.exec(rest)?.[1];
  return authority === undefined || /^([^@[\] ]*@)?(\[[0-9a-fA-F:.%]+\]|[^[\]: "<>\\^`{|}]*)(:\d*)?$/.test(authority);
}

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10ffff}-]+";
const dotAtom = `${atom}(\\.${atom})*`;
const quoted = '"([^"\\\\\\r\\n]|\\\\.)*"';
const address = `(${dotAtom}|${quoted})@(${dotAtom}|\\[[^\\[\\]\\\\]*\\])`;
/** Of another kind than JavaScript's own, which take their time over what a hostile client writes. */
const mailbox = RE2JS.compile(`^\\s*(${address}|((${atom}|${quoted}|\\.)\\s*)*<${address}>)\\s*$`);

/** `local@domain`, with the name of a person or without. */
function isEmail(text: string): boolean {
  return mailbox.matcher(text).find();
}

function isHostname(text: string): boolean {
  const labels = text.split(".");
  const bytes = new TextEncoder();
  if (bytes.encode(text).length > 255 || labels.some((label) => bytes.encode(label).length > 63)) return false;
  const [first = ""] = labels;
  if (labels.length === 1) return /^[a-zA-Z0-9\p{S}\p{L}](-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?$/u.test(first);
  const label = /^[a-zA-Z0-9\p{S}\p{L}]([a-zA-Z0-9\p{S}\p{L}-]{0,61}[a-zA-Z0-9\p{S}\p{L}])?$/u;
  return labels.slice(0, -1).every((one) => label.test(one)) && /^[a-zA-Z\p{L}]{2,63}$/u.test(labels.at(-1) ?? "");
}

/** 6, 8 or 20 bytes, in pairs with colons or dashes, or in fours with dots. */
function isMac(text: string): boolean {
  const parts = text.split(/[:.-]/);
  const separators = new Set(text.replace(/[0-9a-fA-F]/g, ""));
  if (separators.size !== 1) return false;
  const digits = separators.has(".") ? 4 : 2;
  const bytes = (parts.length * digits) / 2;
  return [6, 8, 20].includes(bytes) && parts.every((part) => part.length === digits);
}

const isbnDigits = (text: string): string => text.replace(/[\s-]+/g, "");

function isIsbn10(text: string): boolean {
  const digits = isbnDigits(text);
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce((all, digit, i) => all + (digit === "X" ? 10 : Number(digit)) * (10 - i), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = isbnDigits(text);
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((all, digit, i) => all + Number(digit) * (i % 2 ? 3 : 1), 0) % 10 === 0;
}

/** Visa, MasterCard, Discover, American Express, Diners Club and JCB, with a digit that proves the others (Luhn). */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  const known =
    /^(4\d{12}(\d{3})?|5[1-5]\d{14}|6(011|5\d\d)\d{12}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}|(2131|1800|35\d{3})\d{11})$/;
  if (!known.test(digits)) return false;
  const sum = [...digits].reverse().reduce((all, digit, i) => {
    const value = Number(digit) * (i % 2 ? 2 : 1);
    return all + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const [date = "", time = "", ...more] = text.toLowerCase().split("t");
  const parts = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/.exec(time);
  if (!isDate(date) || !parts || more.length) return false;
  const [, hours = "", minutes = "", seconds = ""] = parts;
  return hours <= "23" && minutes <= "59" && seconds <= "59";
}

const spans = /^(ns|us|µs|ms|s|m|h|d|w|hr|wk|nano.*|micro.*|milli.*|sec.*|min.*|hour.*|day.*|week.*)$/i;

/** As Go writes durations, or a number with a word: `2 days`. */
function isDuration(text: string): boolean {
  if (typeof parseGoDuration(text) === "number") return true;
  const parts = [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)];
  return parts.some(([, unit = ""]) => spans.test(unit));
}
