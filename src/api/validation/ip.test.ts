import assert from "node:assert/strict";
import { test } from "node:test";
import { type FieldError, Path } from "./field-error.ts";
import { formatAddress, parseAddress, validateIp, validateRange, warningsForIp } from "./ip.ts";

const forms: readonly [text: string, canonical: string | undefined][] = [
  ["10.0.0.1", "10.0.0.1"],
  ["010.0.0.1", "10.0.0.1"],
  ["256.0.0.1", undefined],
  ["1.2.3", undefined],
  ["2001:DB8:0:0:0::1", "2001:db8::1"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ["::", "::"],
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["1::2::3", undefined],
  ["12345::", undefined],
];

for (const [text, canonical] of forms)
  test(`IP address: ${text}`, () => {
    const address = parseAddress(text);
    assert.equal(address && formatAddress(address), canonical);
  });

const said: readonly { value: string; check: typeof validateIp; want: string }[] = [
  { value: "10.0.0.1", check: validateIp, want: "" },
  { value: "010.0.0.1", check: validateIp, want: "must not have leading 0s" },
  { value: "::ffff:1.2.3.4", check: validateIp, want: "must not be an IPv4-mapped IPv6 address" },
  { value: "x", check: validateIp, want: "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)" },
  { value: "10.0.0.0/8", check: validateRange, want: "" },
  { value: "10.0.0.1/8", check: validateRange, want: "must not have bits set beyond the prefix length" },
  {
    value: "10.0.0.0/33",
    check: validateRange,
    want: "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
  },
]; // prettier-ignore

for (const { value, check, want } of said)
  test(`IP rule for ${value}: ${want || "nothing is said"}`, () => {
    const errors: FieldError[] = [];
    check(errors, new Path("ip"), value);
    assert.deepEqual(errors.map(String), want ? [`ip: Invalid value: ${JSON.stringify(value)}: ${want}`] : []);
    errors.length = 0;
    check(errors, new Path("ip"), value, [value]);
    assert.deepEqual(errors, [], "what was there before may stay");
  });

test("an IPv6 address in other than its canonical form is warned of", () => {
  assert.deepEqual(warningsForIp(new Path("ip"), "2001:DB8::1"), [
    'ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
  ]);
});
