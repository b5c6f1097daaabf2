/** IP addresses and prefixes as Go's net/netip reads them; faults are its texts. */

import { quoted } from "../../validation/field-error.ts";
import { type Address, formatAddress } from "../../validation/ip.ts";

export interface GoAddress {
  readonly bytes: readonly number[];
  readonly zone: string;
  /** An IPv4 address in IPv6's clothes. */
  readonly mapped: boolean;
}

export interface Fault {
  readonly error: string;
}

class AddressError extends Error {}

export function addressOf(text: string): GoAddress | Fault {
  const fault = (message: string, at?: string): never => {
    throw new AddressError(
      `ParseAddr(${quoted(text)}): ${message}${at === undefined || at === "" ? "" : ` (at ${quoted(at)})`}`,
    );
  };
  try {
    const mark = /[.:%]/.exec(text)?.[0];
    if (mark === ".") return { bytes: readV4(text, fault), zone: "", mapped: false };
    if (mark === ":") return readV6(text, fault);
    return fault(mark === "%" ? "missing IPv6 address" : "unable to parse IP");
  } catch (error) {
    if (error instanceof AddressError) return { error: error.message };
    throw error;
  }
}

type Faulting = (message: string, at?: string) => never;

function readV4(text: string, fault: Faulting): number[] {
  const fields: number[] = [];
  let [value, digits] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (/[0-9]/.test(char)) {
      if (digits === 1 && value === 0) fault("IPv4 field has octet with leading zero");
      value = value * 10 + Number(char);
      digits++;
      if (value > 255) fault("IPv4 field has value >255");
    } else if (char === ".") {
      if (i === 0 || i === text.length - 1 || text[i - 1] === ".") {
        fault("IPv4 field must have at least one digit", text.slice(i));
      }
      if (fields.length === 3) fault("IPv4 address too long");
      fields.push(value);
      [value, digits] = [0, 0];
    } else fault("unexpected character", text.slice(i));
  }
  if (fields.length < 3) fault("IPv4 address too short");
  return [...fields, value];
}

function readV6(text: string, fault: Faulting): GoAddress {
  const percent = text.indexOf("%");
  const zone = percent < 0 ? "" : text.slice(percent + 1);
  if (percent >= 0 && zone === "") fault("zone must be a non-empty string");
  let rest = percent < 0 ? text : text.slice(0, percent);
  const bytes: number[] = [];
  let gap = -1;
  if (rest.startsWith("::")) {
    gap = 0;
    rest = rest.slice(2);
  }
  while (bytes.length < 16 && rest !== "") {
    const group = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? "";
    if (group.length > 4) fault("each group must have 4 or less digits", rest);
    if (group === "") fault("each colon-separated field must have at least one digit", rest);
    if (rest[group.length] === ".") {
      if (gap < 0 && bytes.length !== 12) {
        fault("embedded IPv4 address must replace the final 2 fields of the address", rest);
      }
      if (bytes.length > 12) fault("too many hex fields to fit an embedded IPv4 at the end of the address", rest);
      bytes.push(...readV4(rest, fault));
      rest = "";
      break;
    }
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 255);
    rest = rest.slice(group.length);
    if (rest === "") break;
    if (rest[0] !== ":") fault("unexpected character, want colon", rest);
    if (rest.length === 1) fault("colon must be followed by more characters", rest);
    rest = rest.slice(1);
    if (rest[0] === ":") {
      if (gap >= 0) fault("multiple :: in address", rest);
      gap = bytes.length;
      rest = rest.slice(1);
    }
  }
  if (rest !== "") fault("trailing garbage after address", rest);
  if (bytes.length < 16) {
    if (gap < 0) fault("address string too short");
    bytes.splice(gap, 0, ...Array<number>(16 - bytes.length).fill(0));
  } else if (gap >= 0) fault("the :: must expand to at least one field of zeros");
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return { bytes, zone, mapped };
}

export interface GoPrefix {
  readonly address: GoAddress;
  readonly bits: number;
}

export function prefixOf(text: string): GoPrefix | Fault {
  const fault = (message: string): Fault => ({ error: `netip.ParsePrefix(${quoted(text)}): ${message}` });
  const slash = text.lastIndexOf("/");
  if (slash < 0) return fault("no '/'");
  const address = addressOf(text.slice(0, slash));
  if ("error" in address) return fault(address.error);
  if (address.zone) return fault("IPv6 zones cannot be present in a prefix");
  const bits = text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]*)$/.test(bits)) return fault(`bad bits after slash: ${quoted(bits)}`);
  if (Number(bits) > address.bytes.length * 8) return fault("prefix length out of range");
  return { address, bits: Number(bits) };
}

/** As Go writes it; the zone is not shown. */
export function addressText({ bytes, mapped }: GoAddress): string {
  const family: Address["family"] = bytes.length === 4 ? 4 : 6;
  const text = formatAddress({ family, bytes, mapped, leadingZeros: false });
  return mapped ? `::ffff:${text}` : text;
}
