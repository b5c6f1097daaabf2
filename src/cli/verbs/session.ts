/** What a verb works with: the world, the server it speaks to, and what that serves; each made when it is first asked for. */
import os from "node:os";
import { durationMs } from "../../base/clock.ts";
import { Discovery, type Resource } from "../../client/http/discovery.ts";
import {
  ConfigError,
  type Kubeconfig,
  loadKubeconfig,
  resolveAccess,
  type ServerAccess,
} from "../../client/http/kubeconfig.ts";
import { RestClient } from "../../client/http/rest-client.ts";
import { Transport } from "../../client/http/transport.ts";
import type { Environment } from "../environment.ts";
import type { Flags } from "../flags.ts";
import { PlainError, VerbError } from "./failures.ts";

export class Session {
  readonly environment: Environment;
  readonly flags: Flags;
  #config: Kubeconfig | undefined;
  #access: ServerAccess | undefined;
  #client: RestClient | undefined;
  #discovery: Promise<Discovery> | undefined;
  #warned = 0;
  readonly #own: ReadonlySet<string>;

  /** `own`: flags that mean something else to the verb than they do to all (`--user` of a binding). */
  constructor(environment: Environment, flags: Flags, own: readonly string[] = []) {
    this.environment = environment;
    this.flags = flags;
    this.#own = new Set(own);
  }

  get places(): { explicit: string; env: Environment["env"]; home: string } {
    const { env } = this.environment;
    return { explicit: this.flags.text("kubeconfig"), env, home: env.HOME || os.homedir() };
  }

  get config(): Kubeconfig {
    this.#config ??= loadKubeconfig(this.places);
    return this.#config;
  }

  get access(): ServerAccess {
    this.#access ??= this.#resolve();
    return this.#access;
  }

  /** The namespace that is meant where none is named. */
  get namespace(): string {
    return this.access.namespace;
  }

  get client(): RestClient {
    this.#client ??= new RestClient(new Transport(this.access, this.#timeoutMs()), (text) => this.warn(text));
    return this.#client;
  }

  discovery(): Promise<Discovery> {
    this.#discovery ??= Discovery.load(this.client.transport);
    return this.#discovery;
  }

  /** Discovery anew: definitions have come since. */
  forgetDiscovery(): void {
    this.#discovery = undefined;
  }

  /** The resource that a word names. */
  async resource(word: string): Promise<Resource> {
    const found = (await this.discovery()).find(word);
    if (!found) throw unknownType(word);
    return found;
  }

  out(text: string | Uint8Array): void {
    this.environment.out(text);
  }

  err(text: string | Uint8Array): void {
    this.environment.err(text);
  }

  warn(text: string): void {
    this.#warned++;
    this.err(`Warning: ${text}\n`);
  }

  /** Throws what `--warnings-as-errors` makes of warnings. */
  checkWarnings(): void {
    if (this.flags.on("warnings-as-errors") && this.#warned)
      throw new VerbError(`${this.#warned} warning${this.#warned > 1 ? "s" : ""} received`);
  }

  close(): void {
    this.#client?.transport.close();
  }

  #timeoutMs(): number {
    const text = this.flags.text("request-timeout");
    const ms = /^\d+$/.test(text) ? Number(text) * 1000 : durationMs(text);
    if (ms === undefined)
      throw new VerbError(
        `invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)`,
      );
    return ms;
  }

  #resolve(): ServerAccess {
    const { flags } = this;
    return resolveAccess(this.config, {
      context: flags.text("context"),
      cluster: this.#own.has("cluster") ? "" : flags.text("cluster"),
      user: this.#own.has("user") ? "" : flags.text("user"),
      namespace: flags.text("namespace"),
      server: flags.text("server"),
      token: flags.text("token"),
      as: flags.text("as"),
      asUid: flags.text("as-uid"),
      ...(flags.given("as-group") && { asGroups: flags.all("as-group") }),
      ...(flags.on("insecure-skip-tls-verify") && { insecure: true }),
      authority: flags.text("certificate-authority"),
      tlsServerName: flags.text("tls-server-name"),
    });
  }
}

export { ConfigError };

export function unknownType(word: string): PlainError {
  const [resource = "", ...group] = word.split(".");
  const where = group.length ? ` in group ${JSON.stringify(group.join("."))}` : "";
  return new PlainError(`error: the server doesn't have a resource type ${JSON.stringify(resource)}${where}`);
}
