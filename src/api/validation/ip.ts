/**
 * IP addresses and ranges, read as upstream reads them, and what it says against odd ones
 * (apimachinery's `util/validation/ip.go`; StrictIPCIDRValidation is on).
 */
import type { FieldError, Path } from "./field-error.ts";

export interface Address {
  readonly family: 4 | 6;
  /** 4 or 16 numbers. */
  readonly bytes: readonly number[];
  /** It was written as IPv6 but means an IPv4 address (`::ffff:1.2.3.4`). */
  readonly mapped: boolean;
  /** A part of it has leading zeros. */
  readonly leadingZeros: boolean;
}

/** Reads an address, odd ones too; undefined if it is none. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(":")) return parseIPv6(text);
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]+$/.test(part) && Number(part) <= 255)) return undefined;
  return {
    family: 4,
    bytes: parts.map(Number),
    mapped: false,
    leadingZeros: parts.some((part) => part.length > 1 && part.startsWith("0")),
  };
}

function parseIPv6(text: string): Address | undefined {
  const tail = /^(.*:)([0-9.]+)$/.exec(text);
  let leadingZeros = false;
  let source = text;
  if (tail?.[2]?.includes(".")) {
    const v4 = parseAddress(tail[2]);
    if (v4?.family !== 4) return undefined;
    leadingZeros = v4.leadingZeros;
    const [a = 0, b = 0, c = 0, d = 0] = v4.bytes;
    source = `${tail[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = source.split("::");
  if (halves.length > 2) return undefined;
  const groups = (half: string): string[] => (half === "" ? [] : half.split(":"));
  const [head, rest] = [groups(halves[0] ?? ""), groups(halves[1] ?? "")];
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<string>(Math.max(missing, 0)).fill("0"), ...rest];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bytes = all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const mapped = bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255;
  return { family: 6, bytes, mapped, leadingZeros };
}

/** The canonical text (RFC 5952); a mapped address is shown as the IPv4 address it means. */
export function formatAddress({ family, bytes, mapped }: Address): string {
  if (family === 4) return bytes.join(".");
  if (mapped) return bytes.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const text = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(":");
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** An address in a field of old; those in `kept` were there before and may stay. */
export function validateIp(errors: FieldError[], path: Path, value: string, kept: readonly string[] = []): void {
  if (kept.includes(value)) return;
  const address = parseAddress(value);
  if (!address) {
    errors.push(path.invalid(value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
    return;
  }
  if (address.leadingZeros) errors.push(path.invalid(value, "must not have leading 0s"));
  if (address.mapped) errors.push(path.invalid(value, "must not be an IPv4-mapped IPv6 address"));
}

/** An address that must be valid and in its canonical form: the rule of younger fields. */
export function validateCanonicalIp(errors: FieldError[], path: Path, value: string): void {
  const before = errors.length;
  validateIp(errors, path, value);
  if (errors.length > before) return;
  const address = parseAddress(value);
  const canonical = address && formatAddress(address);
  if (canonical !== value) errors.push(path.invalid(value, `must be in canonical form ("${canonical}")`));
}

export interface Range {
  readonly address: Address;
  readonly prefix: number;
}

/** Reads `10.0.0.0/8`, odd ones too; undefined if it is no range. */
export function parseRange(text: string): Range | undefined {
  const found = /^([^/]+)\/([0-9]+)$/.exec(text);
  const address = found && parseAddress(found[1] ?? "");
  const prefix = Number(found?.[2]);
  if (!address || prefix > address.bytes.length * 8) return undefined;
  return { address, prefix };
}

export function validateRange(errors: FieldError[], path: Path, value: string, kept: readonly string[] = []): void {
  if (kept.includes(value)) return;
  const range = parseRange(value);
  if (!range) {
    errors.push(path.invalid(value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"));
    return;
  }
  const { address, prefix } = range;
  if (address.leadingZeros || /\/0[0-9]/.test(value))
    errors.push(path.invalid(value, "must not have leading 0s in IP or prefix length"));
  else if (address.mapped) errors.push(path.invalid(value, "must not have an IPv4-mapped IPv6 address"));
  else if (hasBitsBeyond(address, prefix))
    errors.push(path.invalid(value, "must not have bits set beyond the prefix length"));
}

/** A range that must be valid and in its canonical form: the rule of younger fields. */
export function validateCanonicalRange(errors: FieldError[], path: Path, value: string): void {
  const before = errors.length;
  validateRange(errors, path, value);
  const range = parseRange(value);
  if (errors.length > before || !range) return;
  const canonical = `${formatAddress(range.address)}/${range.prefix}`;
  if (canonical !== value) errors.push(path.invalid(value, `must be in canonical form ("${canonical}")`));
}

export function isWithin({ bytes }: Address, { address, prefix }: Range): boolean {
  return (
    bytes.length === address.bytes.length &&
    bytes.every((byte, i) => ((byte ^ (address.bytes[i] ?? 0)) & ~(0xff >> keptBits(prefix, i)) & 0xff) === 0)
  );
}

function hasBitsBeyond({ bytes }: Address, prefix: number): boolean {
  return bytes.some((byte, i) => {
    return (byte & (0xff >> keptBits(prefix, i))) !== 0;
  });
}

/** Warnings for addresses that are taken but should be written in another way. */
export function warningsForIp(path: Path, value: string): string[] {
  const address = parseAddress(value);
  if (!address) return [];
  const canonical = formatAddress(address);
  if (address.leadingZeros || address.mapped)
    return [`${path}: non-standard IP address ${JSON.stringify(value)} is invalid: use "${canonical}"`];
  if (address.family === 6 && canonical !== value)
    return [`${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format ("${canonical}")`];
  return [];
}

export function warningsForRange(path: Path, value: string): string[] {
  const range = parseRange(value);
  if (!range) return [];
  const { address, prefix } = range;
  const bytes = address.bytes.map((byte, i) => byte & ~(0xff >> keptBits(prefix, i)) & 0xff);
  const masked = `${formatAddress({ ...address, bytes })}/${address.mapped ? Math.max(prefix - 96, 0) : prefix}`;
  const shown = JSON.stringify(value);
  const warnings: string[] = [];
  if (hasBitsBeyond(address, prefix)) {
    const single = `${formatAddress(address)}/${address.bytes.length * 8}`;
    warnings.push(`${path}: CIDR value ${shown} is ambiguous in this context (should be "${masked}" or "${single}"?)`);
  }
  if (address.leadingZeros || /\/0[0-9]/.test(value) || address.mapped)
    warnings.push(`${path}: non-standard CIDR value ${shown} is invalid: use "${masked}"`);
  if (!warnings.length && address.family === 6 && value !== masked)
    warnings.push(`${path}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format ("${masked}")`);
  return warnings;
}

/** How many bits of byte `i` belong to the range. */
const keptBits = (prefix: number, i: number): number => Math.min(Math.max(prefix - 8 * i, 0), 8);
