/** Values that only functions look into: addresses, quantities, what an authorizer decides. */
export interface Opaque {
  /** `kubernetes.Quantity` */
  readonly celType: string;
  /** Whether `other`, of any opaque type, is the same. */
  equals(other: Opaque): boolean;
  /** How `string(x)` shows it, where it does. */
  text?(): string;
  /** For costs, where it has one. */
  readonly size?: number;
  /** Of the regular expression that checking against it runs. */
  readonly regexSize?: number;
  /** It counts as empty for `optional.ofNonZeroValue`. */
  readonly isZero?: boolean;
}
