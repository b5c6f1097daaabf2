/** An unsigned integer of 64 bits; plain bigints are signed ones. */
export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}
