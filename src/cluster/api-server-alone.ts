/**
 * The API server without controllers, scheduler and nodes: what envtest starts for tests of operators. As kube-apiserver
 * does alone, it has its namespaces, roles, priority classes and the service `kubernetes`, and nothing else happens by itself.
 */
import path from "node:path";
import type { KubeObject } from "../api/object.ts";
import type { SigningKeys } from "../apiserver/authn/service-account-tokens.ts";
import { type ApiServerConfiguration, usualConfiguration } from "../apiserver/configuration/configuration.ts";
import { objectCodec } from "../apiserver/registry/stored.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { openLogStore } from "../store/log/log.ts";
import { openMemoryStore } from "../store/memory/memory.ts";
import type { Store } from "../store/store.ts";
import type { FrontProxy } from "./aggregation.ts";
import type { AuthorizationMode } from "./authorization.ts";
import { ControlPlane } from "./control-plane.ts";
import type { Access } from "./files/kubeconfig.ts";
import { apiNames, Front } from "./front.ts";
import type { KeyPair } from "./pki/certificates.ts";
import { createSigningKeys } from "./pki/signing-keys.ts";

interface ServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** How it is to be; default: as usual. */
  readonly configuration?: ApiServerConfiguration | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError?: (part: string, error: unknown) => void;
}

export interface ApiServerOptions extends ServerOptions {
  /** A directory that keeps objects, certificates and keys; left out, all is gone when the server ends. */
  readonly directory?: string | undefined;
}

/** A server that makes none of its certificates and keys itself, and keeps its objects in memory. */
export interface GivenApiServerOptions extends ServerOptions {
  /** The address of this machine at which it listens. */
  readonly host: string;
  /** What it shows, and by whose signature it believes clients; in PEM. */
  readonly serving: KeyPair & { readonly clientCa: string };
  /** What signs the tokens of service accounts; default: keys of its own. */
  readonly signingKeys?: SigningKeys | undefined;
  /** With what it says to other servers of the API who asks; default: it does not. */
  readonly frontProxy?: FrontProxy | undefined;
  /** Where services get their addresses from; default 10.96.0.0/16. */
  readonly serviceRange?: string | undefined;
  /** Who issues tokens of service accounts; default as kube-apiserver is usually started. */
  readonly issuer?: string | undefined;
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** Admission plugins that are off, by name. Rejects the start for names that there are not. */
  readonly withoutPlugins?: readonly string[];
}

export interface ApiServerAlone {
  readonly access: Access;
  readonly plane: ControlPlane;
  stop(): Promise<void>;
}

interface Kept {
  readonly store: Store<KubeObject>;
  readonly authority: KeyPair;
  readonly server: KeyPair;
  readonly admin: KeyPair;
  readonly frontProxy: FrontProxy;
  readonly signingKeys: SigningKeys;
}

const usualHost = "127.0.0.1";
const names = ["localhost", usualHost, ...apiNames("10.96.0.0/16")];

/** Resolves once the server answers over HTTPS on loopback. Rejects with EADDRINUSE where the port is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServerAlone> {
  const { directory, ...rest } = options;
  const { store, authority, server, admin, ...kept } = await (directory
    ? inDirectory(directory, options.clock)
    : inMemory(options.clock));
  const serving = { ...server, clientCa: authority.certificate };
  const { port, ...started } = await serve(store, { ...rest, ...kept, host: usualHost, serving });
  const at = `https://${usualHost}:${port}`;
  return { ...started, access: { cluster: "apiserver", server: at, authority: authority.certificate, admin } };
}

/** Resolves once the server answers. Rejects with EADDRINUSE where the port is taken. */
export async function startGivenApiServer(options: GivenApiServerOptions): Promise<{ stop(): Promise<void> }> {
  return serve(await openMemoryStore<KubeObject>({ codec: objectCodec, clock: options.clock }), options);
}

async function serve(
  store: Store<KubeObject>,
  options: GivenApiServerOptions,
): Promise<{ port: number; plane: ControlPlane; stop(): Promise<void> }> {
  const { clock, random, configuration, host, serving, frontProxy, serviceRange } = options;
  const { authorizationModes, withoutPlugins, onError } = options;
  const stops = [() => store.close()];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const front = await Front.open({
      ...{ ...serving, hosts: [host], port: options.port },
      frontProxyCa: configuration?.authentication.requestHeader?.clientCA,
      shutdown: (configuration ?? usualConfiguration).shutdown,
    });
    const running: { plane?: ControlPlane } = {};
    stops.push(() => front.close().then(() => running.plane?.stop()));
    const plane = await ControlPlane.start({
      ...{ store, clock, random, controllers: "none" },
      // as kube-apiserver is usually started, where no cluster has a domain of its own
      issuer: options.issuer ?? "https://kubernetes.default.svc",
      signingKeys: options.signingKeys ?? (await createSigningKeys()),
      caCertificate: serving.clientCa,
      publishedAt: { address: host, port: front.port },
      ...(configuration && { configuration }),
      ...(frontProxy && { frontProxy }),
      ...(serviceRange && { serviceRange }),
      ...(authorizationModes && { authorizationModes }),
      ...(withoutPlugins && { withoutPlugins }),
      ...(onError && { onError }),
    });
    running.plane = plane;
    front.serve(plane);
    return { port: front.port, plane, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// certificates are made by a library that takes long to load: whoever is given his own does not wait for it
async function inMemory(clock: Clock): Promise<Kept> {
  const { createAuthority, issue } = await import("./pki/certificates.ts");
  const authority = await createAuthority("kubernetes", clock.now());
  const soon = { notBefore: clock.now(), days: 3650 };
  const admin = { commonName: "kubernetes-admin", organizations: ["system:masters"], usage: "client" } as const;
  return {
    store: await openMemoryStore<KubeObject>({ codec: objectCodec, clock }),
    authority,
    server: await issue(authority, { commonName: "kube-apiserver", usage: "server", names, ...soon }),
    admin: await issue(authority, { ...admin, ...soon }),
    frontProxy: await inMemoryProxy(clock),
    signingKeys: await createSigningKeys(),
  };
}

async function inMemoryProxy(clock: Clock): Promise<FrontProxy> {
  const { createAuthority } = await import("./pki/certificates.ts");
  const { issueFrontProxy } = await import("./pki/front-proxy.ts");
  const authority = await createAuthority("front-proxy-ca", clock.now());
  return { authority: authority.certificate, client: await issueFrontProxy(authority, clock.now()) };
}

async function inDirectory(folder: string, clock: Clock): Promise<Kept> {
  const { ClusterDirectory } = await import("./files/cluster-directory.ts");
  const whole = path.resolve(folder);
  const directory = new ClusterDirectory(path.basename(whole), path.dirname(whole));
  const authority = await directory.authority(clock);
  return {
    store: await openLogStore<KubeObject>({ directory: directory.store, codec: objectCodec, clock }),
    authority,
    server: await directory.server(authority, names, clock),
    admin: await directory.admin(authority, clock),
    frontProxy: await directory.frontProxy(clock),
    signingKeys: await directory.signingKeys(),
  };
}
