/** Quantities (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library). */
import { type Quantity as Amount, formatQuantity, parseQuantity } from "../../quantity.ts";
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { fail } from "../values/error.ts";
import type { Opaque } from "../values/opaque.ts";

const billion = 1_000_000_000n;

class Quantity implements Opaque {
  readonly celType = "kubernetes.Quantity";
  readonly amount: Amount;

  constructor(amount: Amount) {
    this.amount = amount;
  }

  text(): string {
    return formatQuantity(this.amount);
  }

  equals(other: Opaque): boolean {
    return other instanceof Quantity && other.amount.nanos === this.amount.nanos;
  }

  plus(nanos: bigint): Quantity {
    return new Quantity({ ...this.amount, nanos: this.amount.nanos + nanos });
  }

  get isWhole(): boolean {
    const { nanos } = this.amount;
    return nanos % billion === 0n && nanos / billion < 1n << 63n && nanos / billion >= -(1n << 63n);
  }
}

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  return "error" in parsed ? fail(parsed.error) : new Quantity(parsed);
}

const order = (a: Quantity, b: Quantity): number =>
  Number(a.amount.nanos > b.amount.nanos) - Number(a.amount.nanos < b.amount.nanos);
const asInteger = (value: Quantity): bigint =>
  value.isWhole ? value.amount.nanos / billion : fail("cannot convert value to integer");
const sign = ({ amount: { nanos } }: Quantity): bigint => (nanos > 0n ? 1n : nanos < 0n ? -1n : 0n);
const asFloat = ({ amount: { nanos } }: Quantity): number =>
  nanos % billion === 0n ? Number(nanos / billion) : Number(nanos) / 1e9;

const both = "kubernetes.Quantity.(kubernetes.Quantity)";

export const quantities: readonly FunctionDeclaration[] = [
  declare("quantity", ["string_to_quantity", "(string) kubernetes.Quantity", quantity]),
  declare("isQuantity", ["is_quantity_string", "(string) bool", (text: string) => !("error" in parseQuantity(text))]),
  declare("sign", ["quantity_sign", "(kubernetes.Quantity) int", sign]),
  declare("isGreaterThan", ["quantity_is_greater_than", `${both} bool`, (a: Quantity, b: Quantity) => order(a, b) > 0]),
  declare("isLessThan", ["quantity_is_less_than", `${both} bool`, (a: Quantity, b: Quantity) => order(a, b) < 0]),
  declare("compareTo", ["quantity_compare_to", `${both} int`, (a: Quantity, b: Quantity) => BigInt(order(a, b))]),
  declare("asApproximateFloat", ["quantity_get_float", "kubernetes.Quantity.() double", asFloat]),
  declare("asInteger", ["quantity_get_int", "kubernetes.Quantity.() int", asInteger]),
  declare("isInteger", ["quantity_is_integer", "kubernetes.Quantity.() bool", (value: Quantity) => value.isWhole]),
  declare(
    "add",
    ["quantity_add", `${both} kubernetes.Quantity`, (a: Quantity, b: Quantity) => a.plus(b.amount.nanos)],
    [
      "quantity_add_int",
      "kubernetes.Quantity.(int) kubernetes.Quantity",
      (a: Quantity, b: bigint) => a.plus(b * billion),
    ],
  ),
  declare(
    "sub",
    ["quantity_sub", `${both} kubernetes.Quantity`, (a: Quantity, b: Quantity) => a.plus(-b.amount.nanos)],
    [
      "quantity_sub_int",
      "kubernetes.Quantity.(int) kubernetes.Quantity",
      (a: Quantity, b: bigint) => a.plus(-b * billion),
    ],
  ),
];
