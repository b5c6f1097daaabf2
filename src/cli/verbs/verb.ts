/** A verb of kubectl's: its flags, and what it does with a server. */
import type { FlagSet, Flags } from "../flags.ts";
import type { Session } from "./session.ts";

export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** What follows the name in a usage line. */
  readonly usage?: string;
  readonly flags?: FlagSet;
  /** Rejects with what has failed; a VerbError brings the exit code. */
  readonly run?: (session: Session, flags: Flags) => Promise<void>;
  /** The exit code of failures; default 1. A failure without a text keeps its own. */
  readonly failureCode?: number;
  readonly below?: readonly Verb[];
}

/** Flags of all verbs. */
export const globalFlags: FlagSet = {
  namespace: { kind: "text", short: "n", help: "the namespace" },
  context: { kind: "text", help: "the context of the kubeconfig" },
  cluster: { kind: "text", help: "the cluster of the kubeconfig" },
  user: { kind: "text", help: "the user of the kubeconfig" },
  kubeconfig: { kind: "text", help: "the kubeconfig file" },
  server: { kind: "text", short: "s", help: "address of the server" },
  token: { kind: "text", help: "bearer token" },
  as: { kind: "text", help: "act as this user" },
  "as-uid": { kind: "text", help: "act as the user of this UID" },
  "as-group": { kind: "list", help: "act as a member of this group" },
  "certificate-authority": { kind: "text", help: "file of the authority that the server is verified by" },
  "insecure-skip-tls-verify": { kind: "switch", help: "do not verify the server" },
  "tls-server-name": { kind: "text", help: "the name to verify the server by" },
  "request-timeout": { kind: "text", default: "0", help: "how long a request may take" },
  "warnings-as-errors": { kind: "switch", help: "fail when the server warns" },
  help: { kind: "switch", short: "h", help: "show this" },
};

export const fileFlags: FlagSet = {
  filename: { kind: "csv", short: "f", help: "files, folders, addresses, or - for stdin" },
  recursive: { kind: "switch", short: "R", help: "go into folders below" },
};
export const selectorFlag: FlagSet = { selector: { kind: "text", short: "l", help: "select by labels" } };
export const outputFlag: FlagSet = {
  output: { kind: "text", short: "o", help: "how to print: name, json, yaml, jsonpath=…, custom-columns=…, wide" },
};
export const dryRunFlag: FlagSet = {
  "dry-run": { kind: "text", default: "none", bare: "unchanged", help: "none, client or server" },
};
export const managerFlag = (name: string): FlagSet => ({
  "field-manager": { kind: "text", default: name, help: "who is written down as the manager of fields" },
});
