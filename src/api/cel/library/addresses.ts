/** URLs, IP addresses and networks (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library). */
import { quoted } from "../../validation/field-error.ts";
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { fail } from "../values/error.ts";
import { listValue } from "../values/list.ts";
import { type MapValue, mapValue } from "../values/map.ts";
import type { Opaque } from "../values/opaque.ts";
import type { Value } from "../values/value.ts";
import { addressOf, addressText, type Fault, type GoAddress, type GoPrefix, prefixOf } from "./go-address.ts";
import { escapedPath, type GoUrl, hostname, parseRequestUri, port, queryOf, UrlError } from "./go-url.ts";

class Ip implements Opaque {
  readonly celType = "net.IP";
  readonly address: GoAddress;

  constructor(address: GoAddress) {
    this.address = address;
  }

  get size(): number {
    return this.address.bytes.length;
  }

  text(): string {
    return addressText(this.address);
  }

  equals(other: Opaque): boolean {
    return other instanceof Ip && other.text() === this.text() && other.size === this.size;
  }
}

class Cidr implements Opaque {
  readonly celType = "net.CIDR";
  readonly prefix: GoPrefix;

  constructor(prefix: GoPrefix) {
    this.prefix = prefix;
  }

  get size(): number {
    return Math.ceil(this.prefix.bits / 8);
  }

  text(): string {
    return `${addressText(this.prefix.address)}/${this.prefix.bits}`;
  }

  equals(other: Opaque): boolean {
    return other instanceof Cidr && other.text() === this.text();
  }

  /** The address without what lies behind the prefix. */
  masked(): GoAddress {
    const { address, bits } = this.prefix;
    return { ...address, bytes: maskedBytes(address.bytes, bits) };
  }

  contains({ bytes }: GoAddress): boolean {
    const { address, bits } = this.prefix;
    if (bytes.length !== address.bytes.length) return false;
    const [a, b] = [maskedBytes(address.bytes, bits), maskedBytes(bytes, bits)];
    return a.every((byte, i) => byte === b[i]);
  }
}

const maskedBytes = (bytes: readonly number[], bits: number): number[] =>
  bytes.map((byte, i) => byte & (255 << (8 - Math.max(0, Math.min(8, bits - i * 8)))) & 255);

class Url implements Opaque {
  readonly celType = "kubernetes.URL";
  readonly url: GoUrl;

  constructor(url: GoUrl) {
    this.url = url;
  }

  text(): string {
    return this.url.text;
  }

  equals(other: Opaque): boolean {
    return other instanceof Url && other.url.text === this.url.text;
  }
}

function readAddress(text: string): GoAddress | Fault {
  const address = addressOf(text);
  if ("error" in address) {
    return { error: `IP Address ${quoted(text)} parse error during conversion from string: ${address.error}` };
  }
  if (address.zone) return { error: `IP address ${quoted(text)} with zone value is not allowed` };
  return address.mapped ? { error: `IPv4-mapped IPv6 address ${quoted(text)} is not allowed` } : address;
}

function readPrefix(text: string): GoPrefix | Fault {
  const prefix = prefixOf(text);
  if ("error" in prefix) {
    return { error: `network address parse error during conversion from string: ${prefix.error}` };
  }
  return prefix.address.mapped ? { error: `IPv4-mapped IPv6 address ${quoted(text)} is not allowed` } : prefix;
}

const known = <T extends object>(found: T | Fault, prefix = ""): T =>
  "error" in found ? fail(prefix + found.error) : found;
const ip = (text: string): Ip => new Ip(known(readAddress(text)));
const cidr = (text: string): Cidr =>
  new Cidr(known(readPrefix(text), "network address parse error during conversion from string: "));

const isUnspecified = ({ bytes }: GoAddress): boolean => bytes.every((byte) => byte === 0);
const isLoopback = ({ bytes }: GoAddress): boolean =>
  bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
const isLinkLocalUnicast = ({ bytes: [a = 0, b = 0, ...rest] }: GoAddress): boolean =>
  rest.length === 2 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80;
const isMulticast = ({ bytes: [a = 0, ...rest] }: GoAddress): boolean =>
  rest.length === 3 ? (a & 0xf0) === 0xe0 : a === 0xff;
const isLinkLocalMulticast = ({ bytes: [a = 0, b = 0, c = 0, ...rest] }: GoAddress): boolean =>
  rest.length === 1 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2;
const isBroadcast = ({ bytes }: GoAddress): boolean => bytes.length === 4 && bytes.every((byte) => byte === 255);
const isGlobalUnicast = (address: GoAddress): boolean =>
  ![isBroadcast, isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast].some((is) => is(address));

const containsCidr = (outer: Cidr, inner: Cidr): boolean =>
  outer.prefix.bits <= inner.prefix.bits && outer.contains(inner.prefix.address);

/** What is no address has no overload, upstream says. */
const containsIpText = (net: Cidr, text: string): boolean => {
  const address = readAddress(text);
  return "error" in address ? fail("no such overload") : net.contains(address);
};

const containsCidrText = (net: Cidr, text: string): boolean => {
  const prefix = readPrefix(text);
  if ("error" in prefix) {
    return fail(`network address parse error during conversion from string: ${prefix.error}`);
  }
  return containsCidr(net, new Cidr(prefix));
};

const test = (name: string, id: string, is: (address: GoAddress) => boolean): FunctionDeclaration =>
  declare(name, [id, "net.IP.() bool", (value: Ip) => is(value.address)]);

function url(text: string): Url {
  try {
    return new Url(parseRequestUri(text));
  } catch (error) {
    if (error instanceof UrlError) return fail(`URL parse error during conversion from string: ${error.message}`);
    throw error;
  }
}

/** Whether `text` is an absolute URL or path, or what Go says is wrong. */
export function urlFault(text: string): string | undefined {
  try {
    parseRequestUri(text);
    return undefined;
  } catch (error) {
    if (error instanceof UrlError) return error.message;
    throw error;
  }
}

const query = ({ url: parsed }: Url): MapValue =>
  mapValue([...queryOf(parsed)].map(([key, values]): readonly [Value, Value] => [key, listValue(values)]));

export const addresses: readonly FunctionDeclaration[] = [
  declare("url", ["string_to_url", "(string) kubernetes.URL", url]),
  declare("isURL", ["is_url_string", "(string) bool", (text: string) => urlFault(text) === undefined]),
  declare("getScheme", ["url_get_scheme", "kubernetes.URL.() string", (value: Url) => value.url.scheme]),
  declare("getHost", ["url_get_host", "kubernetes.URL.() string", (value: Url) => value.url.host]),
  declare("getHostname", ["url_get_hostname", "kubernetes.URL.() string", (value: Url) => hostname(value.url)]),
  declare("getPort", ["url_get_port", "kubernetes.URL.() string", (value: Url) => port(value.url)]),
  declare("getEscapedPath", [
    "url_get_escaped_path",
    "kubernetes.URL.() string",
    (value: Url) => escapedPath(value.url),
  ]),
  declare("getQuery", ["url_get_query", "kubernetes.URL.() map(string, list(string))", query]),
  declare("ip", ["string_to_ip", "(string) net.IP", ip]),
  declare("isIP", ["is_ip", "(string) bool", (text: string) => !("error" in readAddress(text))]),
  declare("ip.isCanonical", ["ip_is_canonical", "(string) bool", (text: string) => ip(text).text() === text]),
  declare("family", ["ip_family", "net.IP.() int", (value: Ip) => (value.size === 4 ? 4n : 6n)]),
  test("isUnspecified", "ip_is_unspecified", isUnspecified),
  test("isLoopback", "ip_is_loopback", isLoopback),
  test("isLinkLocalMulticast", "ip_is_link_local_multicast", isLinkLocalMulticast),
  test("isLinkLocalUnicast", "ip_is_link_local_unicast", isLinkLocalUnicast),
  test("isGlobalUnicast", "ip_is_global_unicast", isGlobalUnicast),
  declare(
    "string",
    ["ip_to_string", "(net.IP) string", (value: Ip) => value.text()],
    ["cidr_to_string", "(net.CIDR) string", (value: Cidr) => value.text()],
  ),
  declare("cidr", ["string_to_cidr", "(string) net.CIDR", cidr]),
  declare("isCIDR", ["is_cidr", "(string) bool", (text: string) => !("error" in readPrefix(text))]),
  declare(
    "containsIP",
    ["cidr_contains_ip_string", "net.CIDR.(string) bool", containsIpText],
    ["cidr_contains_ip_ip", "net.CIDR.(net.IP) bool", (net: Cidr, value: Ip) => net.contains(value.address)],
  ),
  declare(
    "containsCIDR",
    ["cidr_contains_cidr_string", "net.CIDR.(string) bool", containsCidrText],
    ["cidr_contains_cidr", "net.CIDR.(net.CIDR) bool", containsCidr],
  ),
  declare("ip", ["cidr_ip", "net.CIDR.() net.IP", (net: Cidr) => new Ip(net.prefix.address)]),
  declare("prefixLength", ["cidr_prefix_length", "net.CIDR.() int", (net: Cidr) => BigInt(net.prefix.bits)]),
  declare("masked", [
    "cidr_masked",
    "net.CIDR.() net.CIDR",
    (net: Cidr) => new Cidr({ address: net.masked(), bits: net.prefix.bits }),
  ]),
];
