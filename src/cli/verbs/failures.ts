/** What kubectl says when something fails, word for word. */
import { ApiError } from "../../api/errors.ts";
import { ConfigError } from "../../client/http/kubeconfig.ts";
import { Unreachable } from "../../client/http/transport.ts";

/** A failure in kubectl's words; printed behind `error: `. */
export class VerbError extends Error {
  override readonly name: string = "VerbError";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A failure whose text stands alone. */
export class PlainError extends VerbError {
  override readonly name = "PlainError";
}

/** Several failures of one command. */
export class Failures extends Error {
  override readonly name = "Failures";
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super("several failures");
    this.errors = errors;
  }
}

/** Throws what has gone wrong, if anything has. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length) throw new Failures(errors);
}

export const exitCodeOfError = (error: unknown): number => (error instanceof VerbError ? error.exitCode : 1);

export function kubectlText(error: unknown): string {
  if (error instanceof Failures) return error.errors.map((one) => `${messageOf(one)}\n`).join("");
  if (error instanceof ApiError && error.reason === "Invalid") return invalidText(error);
  if (error instanceof PlainError) return error.message ? `${error.message}\n` : "";
  return `${messageOf(error)}\n`;
}

function messageOf(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.reason === "Unauthorized") return `error: You must be logged in to the server (${error.message})`;
    return error.reason
      ? `Error from server (${error.reason}): ${error.message}`
      : `Error from server: ${error.message}`;
  }
  if (error instanceof Unreachable) {
    return error.refused
      ? `The connection to the server ${error.host} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${error.why}`;
  }
  if (error instanceof ConfigError && error.message.startsWith("unable to"))
    return `Error in configuration: ${error.message}`;
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith("error: ") ? text : `error: ${text}`;
}

function invalidText({ details, message }: ApiError): string {
  if (!details) return `The request is invalid: ${message}\n`;
  const { kind, name, causes = [] } = details;
  const what = kind || name ? `The ${kind} ${JSON.stringify(name ?? "")} is invalid` : "The request is invalid";
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  if (texts.length > 1) return `${what}: \n${texts.map((text) => `* ${text}\n`).join("")}`;
  if (texts.length) return `${what}: ${texts[0]}\n`;
  return kind || name ? `${what}\n` : `${what}: ${message}\n`;
}

/** The same failure, told with what was being done: `error when creating "pod.yaml": …`. */
export function whileDoing(doing: string, source: string, error: unknown): unknown {
  if (!source) return error;
  const prefix = `error when ${doing} ${JSON.stringify(source)}: `;
  if (error instanceof ApiError) return new ApiError(error.reason, prefix + error.message, error.details, error.code);
  return error instanceof Error ? new VerbError(prefix + error.message) : error;
}
