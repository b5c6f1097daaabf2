/** What a verb that writes says of each object: `deployment.apps/web created`, or the object itself with `-o`. */
import type { KubeObject } from "../../api/object.ts";
import type { Resource } from "../../client/http/discovery.ts";
import { singular } from "../objects/arguments.ts";
import { type ObjectPrinter, objectPrinter } from "../output/printers.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";

export type DryRun = "none" | "client" | "server";

/** Throws VerbError for a value that there is not. */
export function dryRunOf({ flags }: Session): DryRun {
  const text = flags.text("dry-run") || "none";
  if (text === "none" || text === "client" || text === "server") return text;
  if (text === "unchanged") return "client";
  if (text === "true" || text === "false") return text === "true" ? "client" : "none";
  throw new VerbError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
}

/** What goes with every write: dry run, the manager of fields, how strictly fields are looked at. */
export function writeQuery(session: Session): Record<string, string> {
  const { flags } = session;
  const manager = flags.text("field-manager");
  const validation = validationOf(session);
  return {
    ...(dryRunOf(session) === "server" && { dryRun: "All" }),
    ...(manager && { fieldManager: manager }),
    ...(validation && { fieldValidation: validation }),
  };
}

const validations: Readonly<Record<string, string>> = {
  true: "Strict",
  strict: "Strict",
  warn: "Warn",
  false: "Ignore",
  ignore: "Ignore",
};

function validationOf({ flags }: Session): string {
  const text = flags.text("validate");
  if (!text) return "";
  const known = validations[text];
  if (!known)
    throw new VerbError(
      `invalid - validate option "${text}"; must be one of: strict (or true), warn, ignore (or false)`,
    );
  return known;
}

export class Reporter {
  readonly #session: Session;
  readonly #printer: ObjectPrinter | undefined;
  readonly #names = new Map<KubeObject, string>();
  readonly #suffix: string;

  constructor(session: Session) {
    this.#session = session;
    const { flags, environment } = session;
    const dryRun = dryRunOf(session);
    this.#suffix = dryRun === "none" ? "" : dryRun === "client" ? " (dry run)" : " (server dry run)";
    const output = flags.text("output");
    this.#printer = output
      ? objectPrinter(output, {
          nameOf: (object) => this.#names.get(object) ?? "",
          showManagedFields: flags.on("show-managed-fields"),
          noHeaders: false,
          cwd: environment.cwd,
        })
      : undefined;
  }

  /** Objects themselves are printed, no sentences. */
  get printsObjects(): boolean {
    return this.#printer !== undefined;
  }

  done(resource: Resource, object: KubeObject, what: string): void {
    const name = `${singular(resource)}/${object.metadata.name ?? ""}`;
    this.#names.set(object, name);
    this.#session.out(this.#printer ? this.#printer(object) : `${name} ${what}${this.#suffix}\n`);
  }
}
