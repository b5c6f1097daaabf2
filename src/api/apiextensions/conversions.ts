/**
 * Conversions for code that cannot wait: managed fields look at objects in the versions of other managers, and a webhook
 * takes its time. What is not known yet is thrown as a wish; whoever can wait has it fulfilled and tries again.
 */
import type { KubeObject } from "../object.ts";
import type { ConvertObjects } from "./custom-kind.ts";

/** A conversion must be done before the work can go on. */
export class ConversionWanted extends Error {
  override readonly name = "ConversionWanted";
  readonly fulfil: () => Promise<void>;

  constructor(fulfil: () => Promise<void>) {
    super("an object must be converted first");
    this.fulfil = fulfil;
  }
}

const mostKept = 256;

export class Conversions {
  readonly #convert: ConvertObjects;
  readonly #known = new Map<string, KubeObject>();

  constructor(convert: ConvertObjects) {
    this.#convert = convert;
  }

  /** The object in the version, at once. Throws ConversionWanted. */
  get(object: KubeObject, apiVersion: string): KubeObject {
    const key = `${apiVersion} ${JSON.stringify(object)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const converted = this.#convert([object], apiVersion);
    if (!(converted instanceof Promise)) return converted[0] as KubeObject;
    throw new ConversionWanted(async () => {
      const [made] = await converted;
      if (this.#known.size >= mostKept) this.#known.clear();
      this.#known.set(key, made as KubeObject);
    });
  }
}

/** Does what may want conversions, again and again until it has them all; it must not mind being begun anew. */
export async function withConversions<T>(work: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConversionWanted)) throw error;
      await error.fulfil();
    }
  }
}
