/** What a record holds itself under a key from outside: `constructor` and the like are in no record that does not have them. */
export const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;
