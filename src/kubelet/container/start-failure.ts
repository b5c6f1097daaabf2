/** Why a container could not be started: the reason and message of its waiting state. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  readonly reason: string;
  /** When it is worth another try, in milliseconds since 1970. */
  readonly retryAtMs: number | undefined;

  constructor(reason: string, message: string, retryAtMs?: number) {
    super(message);
    this.reason = reason;
    this.retryAtMs = retryAtMs;
  }
}
