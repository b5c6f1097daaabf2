/**
 * Sizes and costs that are only known between bounds: from the least to the most. Unsigned 64-bit numbers that stop at
 * the largest instead of overflowing; that is also how "no bound" is told.
 */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export const unbounded = 2 ** 64;

const cap = (value: number): number => Math.min(value, unbounded);

export const exactly = (value: number): Bounds => ({ min: value, max: value });
export const zero = exactly(0);
export const one = exactly(1);
export const unknown: Bounds = { min: 0, max: unbounded };

export const plus = (a: Bounds, b: Bounds): Bounds => ({ min: cap(a.min + b.min), max: cap(a.max + b.max) });
export const times = (a: Bounds, b: Bounds): Bounds => ({ min: cap(a.min * b.min), max: cap(a.max * b.max) });
export const either = (a: Bounds, b: Bounds): Bounds => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
/** Rounded up. */
export const scaled = (a: Bounds, factor: number): Bounds => ({
  min: cap(Math.ceil(a.min * factor)),
  max: cap(Math.ceil(a.max * factor)),
});
export const sum = (all: readonly Bounds[]): Bounds => all.reduce(plus, zero);

/** What the language charges (cel-go's common/cost.go). */
export const charges = {
  selectOrIdent: 1,
  list: 10,
  map: 30,
  struct: 40,
  /** Per character that is read. */
  text: 0.1,
  /** Per character of a regular expression, times what reading the text costs. */
  regex: 0.25,
} as const;
