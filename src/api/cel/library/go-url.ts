/** URLs as Go reads and writes them (net/url); faults are its texts. */
import { quoted } from "../../validation/field-error.ts";
import { addressOf } from "./go-address.ts";

export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  readonly host: string;
  readonly path: string;
  /** The path as it was written, where that is not how Go would write it. */
  readonly rawPath: string;
  readonly query: string;
  readonly text: string;
}

export class UrlError extends Error {}

const fail = (why: string): never => {
  throw new UrlError(why);
};

/** An absolute URL or an absolute path; throws UrlError with `parse "…": …`. */
export function parseRequestUri(text: string): GoUrl {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UrlError) throw new UrlError(`parse ${quoted(text)}: ${error.message}`);
    throw error;
  }
}

function parse(whole: string): GoUrl {
  const text = whole;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) return fail("net/url: invalid control character in URL");
  if (text === "") return fail("empty url");
  if (text === "*") return { scheme: "", opaque: "", host: "", path: "*", rawPath: "", query: "", text: whole };
  if (text.startsWith(":")) return fail("missing protocol scheme");
  const scheme = (/^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1] ?? "").toLowerCase();
  const rest = scheme ? text.slice(scheme.length + 1) : text;
  const mark = rest.indexOf("?");
  const [hierarchy, query] = mark < 0 ? [rest, ""] : [rest.slice(0, mark), rest.slice(mark + 1)];
  if (!hierarchy.startsWith("/")) {
    if (scheme) return { scheme, opaque: hierarchy, host: "", path: "", rawPath: "", query, text: whole };
    return fail("invalid URI for request");
  }
  let [host, path] = ["", hierarchy];
  if (scheme && hierarchy.startsWith("//")) {
    const slash = hierarchy.indexOf("/", 2);
    const authority = slash < 0 ? hierarchy.slice(2) : hierarchy.slice(2, slash);
    path = slash < 0 ? "" : hierarchy.slice(slash);
    host = readAuthority(scheme, authority);
  }
  const plain = decode(path, "path");
  const rawPath = escapePath(plain) === path ? "" : path;
  return { scheme, opaque: "", host, path: plain, rawPath, query, text: whole };
}

function readAuthority(scheme: string, authority: string): string {
  const at = authority.lastIndexOf("@");
  const host = readHost(scheme, authority.slice(at + 1));
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return fail("net/url: invalid userinfo");
    decode(user, "user");
  }
  return host;
}

const isPort = (text: string): boolean => /^(:[0-9]*)?$/.test(text);

function readHost(scheme: string, host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) return fail("invalid IP-literal");
  if (open === 0) return readBracketed(host);
  const first = host.indexOf(":");
  if (first >= 0) {
    const strict = scheme === "http" || scheme === "https";
    const port = host.slice(strict ? first : host.lastIndexOf(":"));
    if (!isPort(port)) return fail(`invalid port ${quoted(port)} after host`);
  }
  return decode(host, "host");
}

function readBracketed(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) return fail("missing ']' in host");
  const port = host.slice(close + 1);
  if (!isPort(port)) return fail(`invalid port ${quoted(port)} after host`);
  const name = decode(host.slice(1, close).replace("%25", "%25"), "zone");
  const address = addressOf(name);
  if ("error" in address) return fail(`invalid host: ${address.error}`);
  return address.bytes.length === 4 ? fail("invalid IP-literal") : `[${name}]${port}`;
}

type Place = "path" | "user" | "host" | "zone" | "query";

const decoder = new TextDecoder();

/** Percent signs decoded; where Go allows none, or not these, its fault. */
function decode(text: string, place: Place): string {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(text);
  if (wrong) return fail(`invalid URL escape ${quoted(wrong[0])}`);
  if (place === "host") {
    const ascii = /%[0-7][0-9a-fA-F]/.exec(text.replaceAll("%25", ""));
    if (ascii) return fail(`invalid URL escape ${quoted(ascii[0])}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
    const char = /[\x00-\x7f]/g;
    for (const [found] of text.matchAll(char)) {
      if (!/[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%]/.test(found))
        return fail(`invalid character ${quoted(found)} in host name`);
    }
  }
  if (!text.includes("%")) return text;
  const bytes = new TextEncoder().encode(text);
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x25) {
      out.push(Number.parseInt(String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0), 16));
      i += 2;
    } else out.push(bytes[i] as number);
  }
  return decoder.decode(Uint8Array.from(out));
}

const escapeByte = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

const escapePath = (path: string): string =>
  Array.from(new TextEncoder().encode(path), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(char) ? char : escapeByte(byte);
  }).join("");

/** The path as it is written in a URL: as it was, where that can be. */
export function escapedPath({ path, rawPath }: GoUrl): string {
  if (rawPath && /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/.test(rawPath)) return rawPath;
  return path === "*" ? "*" : escapePath(path);
}

export function hostname({ host }: GoUrl): string {
  const bracket = /^\[(.*)\](?::[0-9]*)?$/.exec(host);
  return bracket?.[1] ?? host.replace(/:[0-9]*$/, "");
}

export const port = ({ host }: GoUrl): string => /:([0-9]*)$/.exec(host.replace(/^\[.*\]/, ""))?.[1] ?? "";

/** The parameters of the query; those that cannot be read are left out. */
export function queryOf({ query }: GoUrl): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const mark = pair.indexOf("=");
    const [name, value] = mark < 0 ? [pair, ""] : [pair.slice(0, mark), pair.slice(mark + 1)];
    try {
      const key = decode(name.replaceAll("+", " "), "query");
      found.set(key, [...(found.get(key) ?? []), decode(value.replaceAll("+", " "), "query")]);
    } catch (error) {
      if (!(error instanceof UrlError)) throw error;
    }
  }
  return found;
}
