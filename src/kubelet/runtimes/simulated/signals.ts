/** What a program that was ended by a signal answers: 128 and the signal's number. */
const numbers: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, TERM: 15, CONT: 18, STOP: 19 },
};

/** `TERM` of `-15`, `-TERM`, `SIGTERM`; undefined: there is no such signal. */
export function signalName(text: string): string | undefined {
  const bare = text.replace(/^-?(SIG)?/i, "").toUpperCase();
  if (bare in numbers) return bare;
  return Object.entries(numbers).find(([, number]) => String(number) === bare)?.[0];
}

export const signalCode = (name: string): number => 128 + (numbers[name] ?? 0);

export const killedCode = signalCode("KILL");
export const interruptedCode = signalCode("INT");
