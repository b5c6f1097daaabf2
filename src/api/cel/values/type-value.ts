/** A type as a value: what `type(x)` answers. */
export class TypeValue {
  readonly of: string;

  constructor(of: string) {
    this.of = of;
  }
}
