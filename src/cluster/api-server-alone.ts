/**
 * The API server without controllers, scheduler and nodes: what envtest starts for tests of operators. As kube-apiserver
 * does alone, it has its namespaces, roles, priority classes and the service `kubernetes`, and nothing else happens by itself.
 */
import path from "node:path";
import type { KubeObject } from "../api/object.ts";
import { type ApiServerConfiguration, usualConfiguration } from "../apiserver/configuration/configuration.ts";
import { objectCodec } from "../apiserver/registry/stored.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { openLogStore } from "../store/log/log.ts";
import { openMemoryStore } from "../store/memory/memory.ts";
import type { Store } from "../store/store.ts";
import type { FrontProxy } from "./aggregation.ts";
import { ControlPlane } from "./control-plane.ts";
import { ClusterDirectory } from "./files/cluster-directory.ts";
import type { Access } from "./files/kubeconfig.ts";
import { apiNames, Front } from "./front.ts";
import { createAuthority, issue, type KeyPair } from "./pki/certificates.ts";
import { issueFrontProxy } from "./pki/front-proxy.ts";
import { createSigningKeys } from "./pki/signing-keys.ts";

export interface ApiServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** A directory that keeps objects, certificates and keys; left out, all is gone when the server ends. */
  readonly directory?: string | undefined;
  /** How it is to be; default: as usual. */
  readonly configuration?: ApiServerConfiguration | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError?: (part: string, error: unknown) => void;
  /** The address of this machine at which it listens; default 127.0.0.1. */
  readonly host?: string;
  /** What it shows and whom it believes, in place of what it would make itself; in PEM. */
  readonly serving?: { readonly certificate: string; readonly key: string; readonly clientCa: string };
  /** Where services get their addresses from; default 10.96.0.0/16. */
  readonly serviceRange?: string;
  /** Who issues tokens of service accounts; default as kube-apiserver is usually started. */
  readonly issuer?: string;
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
  readonly signingKeys: Awaited<ReturnType<typeof createSigningKeys>>;
}

const usualHost = "127.0.0.1";
const names = ["localhost", usualHost, ...apiNames("10.96.0.0/16")];

/** Resolves once the server answers over HTTPS on loopback. Rejects with EADDRINUSE where the port is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServerAlone> {
  const { clock, random, configuration, host = usualHost, serviceRange, withoutPlugins } = options;
  const kept = await (options.directory ? inDirectory(options.directory, clock) : inMemory(clock));
  const stops = [() => kept.store.close()];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const front = await Front.open({
      ...(options.serving ?? { ...kept.server, clientCa: kept.authority.certificate }),
      ...{ hosts: [host], port: options.port },
      frontProxyCa: configuration?.authentication.requestHeader?.clientCA,
      shutdown: (configuration ?? usualConfiguration).shutdown,
    });
    const running: { plane?: ControlPlane } = {};
    stops.push(() => front.close().then(() => running.plane?.stop()));
    const plane = await ControlPlane.start({
      store: kept.store,
      clock,
      random,
      controllers: "none",
      // as kube-apiserver is usually started, where no cluster has a domain of its own
      issuer: options.issuer ?? "https://kubernetes.default.svc",
      ...(serviceRange && { serviceRange }),
      ...(withoutPlugins && { withoutPlugins }),
      ...(configuration && { configuration }),
      signingKeys: kept.signingKeys,
      frontProxy: kept.frontProxy,
      caCertificate: kept.authority.certificate,
      publishedAt: { address: host, port: front.port },
      ...(options.onError && { onError: options.onError }),
    });
    running.plane = plane;
    front.serve(plane);
    const server = `https://${host}:${front.port}`;
    return {
      access: { cluster: "apiserver", server, authority: kept.authority.certificate, admin: kept.admin },
      plane,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function inMemory(clock: Clock): Promise<Kept> {
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
  const authority = await createAuthority("front-proxy-ca", clock.now());
  return { authority: authority.certificate, client: await issueFrontProxy(authority, clock.now()) };
}

async function inDirectory(folder: string, clock: Clock): Promise<Kept> {
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
