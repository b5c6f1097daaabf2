import type { FieldError, Path } from "../../validation/field-error.ts";
import { parseAddress } from "../../validation/ip.ts";

/** Addresses that traffic may go to: none that mean the node itself, or are good on one link only. */
export function validateEndpointIp(errors: FieldError[], ip: string, path: Path): void {
  const address = parseAddress(ip);
  if (!address) {
    errors.push(path.invalid(ip, "must be a valid IP address"));
    return;
  }
  const { family, mapped, bytes } = address;
  const short = family === 6 && mapped ? bytes.slice(12) : bytes;
  const [a = 0, b = 0] = short;
  const v4 = short.length === 4;
  const high = short.slice(0, -1);
  const say = (why: string): unknown => errors.push(path.invalid(ip, why));
  if (short.every((byte) => byte === 0)) say(`may not be unspecified (${ip})`);
  if (v4 ? a === 127 : high.every((byte) => byte === 0) && short[15] === 1)
    say("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (v4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80)
    say("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  if (v4 ? a === 224 && b === 0 && short[2] === 0 : a === 0xff && (b & 0x0f) === 2)
    say("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
}
