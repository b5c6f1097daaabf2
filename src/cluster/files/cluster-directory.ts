/** What a cluster keeps on disk beside its store: its description, certificates and keys. All files are for their owner alone. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { SigningKeys } from "../../apiserver/authn/service-account-tokens.ts";
import type { ApiServerConfiguration } from "../../apiserver/configuration/configuration.ts";
import type { Clock } from "../../base/clock.ts";
import type { FrontProxy } from "../aggregation.ts";
import { createAuthority, issue, type KeyPair } from "../pki/certificates.ts";
import { issueFrontProxy } from "../pki/front-proxy.ts";
import { createSigningKeys, exportSigningKeys, importSigningKeys } from "../pki/signing-keys.ts";

export type RuntimeName = "containerd" | "simulated";

export interface PortMapping {
  readonly hostPort: number;
  readonly nodePort: number;
  /** Of this machine, where it listens. */
  readonly address: string;
}

/** What a cluster is, as it was asked for. */
export interface ClusterDescription {
  readonly name: string;
  readonly runtime: RuntimeName;
  /** 0: picked free at the first start, and kept. */
  readonly port: number;
  /** The names of its nodes, the control plane's first, in the order of their making; each keeps its index. */
  readonly nodes: readonly {
    readonly name: string;
    readonly index: number;
    readonly role: "control-plane" | "worker";
    readonly labels?: Readonly<Record<string, string>>;
    /** Ports of this machine that lead to the node. */
    readonly ports?: readonly PortMapping[];
  }[];
  /** Ranges of addresses that must be these, rather than picked. */
  readonly ranges?: { readonly pods?: string; readonly services?: string };
  /** Registries that are served by others, by URL. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

/** Where clusters are kept: for root `/var/lib/coxswain`, for others in their home. */
export function clustersRoot(): string {
  const given = process.env.COXSWAIN_HOME;
  if (given) return given;
  return process.getuid?.() === 0 ? "/var/lib/coxswain" : path.join(os.homedir(), ".local/share/coxswain");
}

export class ClusterDirectory {
  readonly path: string;

  constructor(name: string, root = clustersRoot()) {
    this.path = path.join(root, name);
  }

  static list(root = clustersRoot()): string[] {
    if (!existsSync(root)) return [];
    return readdirSync(root).filter((name) => existsSync(path.join(root, name, "cluster.json")));
  }

  get exists(): boolean {
    return existsSync(this.#file("cluster.json"));
  }
  get store(): string {
    return path.join(this.path, "store");
  }
  get nodes(): string {
    return path.join(this.path, "nodes");
  }
  get log(): string {
    return this.#file("cox.log");
  }
  get socket(): string {
    return this.#file("cox.sock");
  }
  /** A file that is there from when the cluster is ready until it is told to end: what is left of it tells of a crash. */
  get readyMark(): string {
    return this.#file("ready");
  }
  markReady(): void {
    this.#write("ready", "");
  }
  unmarkReady(): void {
    rmSync(this.readyMark, { force: true });
  }
  /** Who starts the cluster's process again when it has crashed: the leader of its process group. */
  get supervisor(): { readonly pid: number; readonly startTime: string } | undefined {
    const text = this.#text("supervisor.json");
    return text ? (JSON.parse(text) as { pid: number; startTime: string }) : undefined;
  }
  set supervisor(process: { readonly pid: number; readonly startTime: string }) {
    this.#write("supervisor.json", JSON.stringify(process));
  }
  get kubeconfig(): string {
    return this.#file("admin.kubeconfig");
  }

  read(): ClusterDescription {
    return JSON.parse(readFileSync(this.#file("cluster.json"), "utf8")) as ClusterDescription;
  }

  write(description: ClusterDescription): void {
    this.#write("cluster.json", `${JSON.stringify(description, undefined, 2)}\n`);
  }

  /** How the API server is to be; undefined: as usual. */
  get apiServer(): ApiServerConfiguration | undefined {
    const text = this.#text("apiserver.json");
    return text ? (JSON.parse(text) as ApiServerConfiguration) : undefined;
  }
  set apiServer(configuration: ApiServerConfiguration) {
    this.#write("apiserver.json", `${JSON.stringify(configuration, undefined, 2)}\n`);
  }

  writeKubeconfig(text: string): void {
    this.#write("admin.kubeconfig", text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The cluster's own authority; made at the first call. */
  async authority(clock: Clock): Promise<KeyPair> {
    const known = this.#pair("ca");
    if (known) return known;
    const made = await createAuthority("kubernetes", clock.now());
    this.#writePair("ca", made);
    return made;
  }

  /** The certificate of the server for these names; kept while it is good for all of them. */
  async server(authority: KeyPair, names: readonly string[], clock: Clock): Promise<KeyPair> {
    const wanted = [...names].sort().join(",");
    const known = this.#pair("apiserver");
    const kept = this.#text("pki/apiserver.names");
    if (known && kept === wanted) return known;
    const made = await issue(authority, {
      commonName: "kube-apiserver",
      usage: "server",
      names,
      notBefore: clock.now(),
      days: 3650,
    });
    this.#writePair("apiserver", made);
    this.#write("pki/apiserver.names", wanted);
    return made;
  }

  /** The certificate of the cluster's administrator. */
  async admin(authority: KeyPair, clock: Clock): Promise<KeyPair> {
    const known = this.#pair("admin");
    if (known) return known;
    const subject = { commonName: "kubernetes-admin", organizations: ["system:masters"] };
    const made = await issue(authority, { ...subject, usage: "client", notBefore: clock.now(), days: 3650 });
    this.#writePair("admin", made);
    return made;
  }

  /** With what the server says to other servers of the API who asks; an authority of its own, as kubeadm makes one. */
  async frontProxy(clock: Clock): Promise<FrontProxy> {
    const authority = this.#pair("front-proxy-ca") ?? (await createAuthority("front-proxy-ca", clock.now()));
    const known = this.#pair("front-proxy-client");
    if (known) return { authority: authority.certificate, client: known };
    const client = await issueFrontProxy(authority, clock.now());
    this.#writePair("front-proxy-ca", authority);
    this.#writePair("front-proxy-client", client);
    return { authority: authority.certificate, client };
  }

  async signingKeys(): Promise<SigningKeys> {
    const known = this.#text("pki/sa.jwk");
    if (known) return importSigningKeys(known);
    const made = await createSigningKeys();
    this.#write("pki/sa.jwk", await exportSigningKeys(made));
    return made;
  }

  #pair(name: string): KeyPair | undefined {
    const certificate = this.#text(`pki/${name}.crt`);
    const key = this.#text(`pki/${name}.key`);
    return certificate && key ? { certificate, key } : undefined;
  }

  #writePair(name: string, { certificate, key }: KeyPair): void {
    this.#write(`pki/${name}.crt`, certificate);
    this.#write(`pki/${name}.key`, key);
  }

  #text(name: string): string | undefined {
    return existsSync(this.#file(name)) ? readFileSync(this.#file(name), "utf8") : undefined;
  }

  /** Whole or not at all: a crash leaves the file that was there. */
  #write(name: string, text: string): void {
    const file = this.#file(name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  #file(name: string): string {
    return path.join(this.path, name);
  }
}
