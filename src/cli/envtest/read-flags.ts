/** Command lines of Go programs. */

/**
 * `--name=value`, `--name value` and `--name` (true), in the order in which they stand. Throws Error for what is no flag,
 * as the programs do.
 */
export function readFlags(args: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const [, name, given] = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(args[i] ?? "") ?? [];
    if (name === undefined) throw new Error(`unknown command ${JSON.stringify(args[i])}`);
    const next = args[i + 1];
    const value = given ?? (next !== undefined && !next.startsWith("-") ? (args[++i] as string) : "true");
    flags.set(name, [...(flags.get(name) ?? []), value]);
  }
  return flags;
}
