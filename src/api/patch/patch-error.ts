/** A patch that cannot be read or does not fit, with the answer it gets. */
import type { Reason } from "../errors.ts";

export class PatchError extends Error {
  override readonly name = "PatchError";
  readonly reason: Reason | "";
  /** HTTP status. */
  readonly code: number;
  constructor(reason: Reason | "", code: number, message: string) {
    super(message);
    this.reason = reason;
    this.code = code;
  }
}

/** A patch that cannot be carried out. Upstream answers some of these with a bare 500; it is the client that erred. */
export const badPatch = (message: string): PatchError => new PatchError("BadRequest", 400, message);
