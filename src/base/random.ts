/**
 * Randomness as an argument. `seeded` replays: the same seed gives the same numbers on every machine.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** Numbers nobody can foretell, for names and uids of real clusters. */
export const unpredictable: Random = {
  next() {
    if (used === drawn.length) {
      globalThis.crypto.getRandomValues(drawn);
      used = 0;
    }
    return drawn[used++]! / 2 ** 32;
  },
};

/** Drawn many at a time: a call of the system for each was a twentieth of what creating a pod costs. */
const drawn = new Uint32Array(256);
let used = drawn.length;

/** A generator (mulberry32) that gives one fixed sequence per seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** A whole number in [0, below). */
export const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);

/** The letters of generated names: no vowels, nothing that reads as another (apimachinery's `util/rand`). */
export const nameLetters = "bcdfghjklmnpqrstvwxz2456789";

/** `length` random letters, as upstream appends to `generateName`. */
export function nameSuffix(random: Random, length = 5): string {
  let text = "";
  for (let i = 0; i < length; i++) text += nameLetters[below(random, nameLetters.length)];
  return text;
}

/** A version 4 UUID (RFC 9562). */
export function uuid(random: Random): string {
  const hex = (digits: number): string =>
    Math.floor(random.next() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  const variant = (8 + below(random, 4)).toString(16);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(6)}${hex(6)}`;
}
