/** Signals by name, and what a program that was ended by one answers: 128 and the signal's number. */
const numbers: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, ABRT: 6, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15 },
  ...{ CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, WINCH: 28 },
};

/** `TERM` of `-15`, `-TERM`, `SIGTERM`; undefined: there is no such signal. */
export function signalName(text: string): string | undefined {
  const bare = text.replace(/^-?(SIG)?/i, "").toUpperCase();
  if (Object.hasOwn(numbers, bare)) return bare;
  return Object.entries(numbers).find(([, number]) => String(number) === bare)?.[0];
}

export const numberOfSignal = (name: string): number => numbers[name] ?? 0;
export const signalCode = (name: string): number => 128 + numberOfSignal(name);
/** Those that end nothing where they are not caught. */
export const isHarmless = (name: string): boolean => ["CHLD", "CONT", "STOP", "TSTP", "WINCH"].includes(name);

export const killedCode = signalCode("KILL");
export const interruptedCode = signalCode("INT");
