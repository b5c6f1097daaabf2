/** What is wrong with values, gathered as upstream's OpenAPI validator does, in its words. */
import type { FieldError, Path } from "../../validation/field-error.ts";

export type FaultKind = "type" | "required" | "tooLong" | "enum" | "tooMany" | "invalid" | "general";

export interface Fault {
  readonly kind: FaultKind;
  /** Where, from where validation began: `spec.list[0].name`, empty there itself. */
  readonly at: string;
  readonly value?: unknown;
  readonly text: string;
  /** What is allowed: the values of an enumeration, or a limit. */
  readonly valid?: readonly unknown[] | number;
}

/** The faults found at a value and below. The one of several schemas that fits best is the one with the most checks passed. */
export class Faults {
  readonly all: Fault[] = [];
  checks = 0;

  get none(): boolean {
    return this.all.length === 0;
  }

  /** What is said twice is told once. */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) if (!this.all.some(({ text }) => text === fault.text)) this.all.push(fault);
  }

  merge(other: Faults): void {
    this.add(...other.all);
    this.checks += other.checks;
  }
}

/** A fault as an error of a field below `path`; `undefined` for the object itself. */
export function asFieldError({ kind, at, value, text, valid }: Fault, path: Path | undefined, root: Path): FieldError {
  if (kind === "general") return (path ?? root).invalid("", text);
  const name = at.replace(/^\./, "");
  const where = name ? (path ?? root).child(name) : (path ?? root);
  switch (kind) {
    case "required":
      return where.required();
    case "enum":
      return where.notSupported(
        value,
        (valid as readonly unknown[]).map((one) => (typeof one === "string" ? one : JSON.stringify(one))),
      );
    case "tooLong":
      return where.tooLong(valid as number);
    case "tooMany":
      return where.tooMany(value as number, valid as number);
    case "type":
      return where.typeInvalid(value ?? "", text);
    case "invalid":
      return where.invalid(value ?? "", text);
  }
}

/** A number as Go's `%v` shows it. */
export function goNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  return Math.abs(value) < 1e21 ? String(value) : value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
