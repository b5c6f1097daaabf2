/** The parts of a cluster in this process: control plane and simulated nodes over a store in memory. */
import type { KubeObject } from "../api/object.ts";
import type { SigningKeys } from "../apiserver/authn/service-account-tokens.ts";
import { objectCodec } from "../apiserver/registry/stored.ts";
import { type Clock, during, realClock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { ComponentLogs } from "../cluster/component-logs.ts";
import { ComponentPods } from "../cluster/component-pods.ts";
import { ControlPlane, type ControlPlaneOptions } from "../cluster/control-plane.ts";
import { SimulatedGround } from "../cluster/ground/simulated-ground.ts";
import { LocalNodes } from "../cluster/nodes/local-nodes.ts";
import { createAuthority, type KeyPair } from "../cluster/pki/certificates.ts";
import { createSigningKeys } from "../cluster/pki/signing-keys.ts";
import { signingAuthority } from "../cluster/pki/signing-requests.ts";
import type { OwnImage } from "../kubelet/runtimes/simulated/own-images.ts";
import { openMemoryStore } from "../store/memory/memory.ts";
import type { Change, Store } from "../store/store.ts";

export interface PartsOptions extends Pick<ControlPlaneOptions, "without"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (part: string, error: unknown) => void;
}

export interface Parts {
  readonly store: Store<KubeObject>;
  readonly plane: ControlPlane;
  readonly nodes: LocalNodes;
  /** Signs for the cluster. Certificates go by the machine's time, whatever the cluster's is. */
  readonly authority: KeyPair;
  /** Images of whoever started the cluster, by their full names. */
  readonly images: Map<string, OwnImage>;
  /** The last changes of the log, the newest last. */
  readonly changes: () => readonly Change<KubeObject>[];
  stop(): Promise<void>;
}

const clusterDomain = "cluster.local";
const clusterDns = ["10.96.0.10"];
/** Where pods find the API server; nobody listens there, for they are in this process. */
const apiPort = 6443;
const mostChanges = 1000;

interface Secrets {
  readonly authority: KeyPair;
  readonly signingKeys: SigningKeys;
}

/** All clusters of a process have the same: chance of the machine's own, and so no part of what a seed gives again. */
let made: Promise<Secrets> | undefined;

async function makeSecrets(): Promise<Secrets> {
  const [authority, signingKeys] = await Promise.all([
    createAuthority("kubernetes-ca", realClock.now()),
    createSigningKeys(),
  ]);
  return { authority, signingKeys };
}

export async function startParts({ clock, random, onError, ...options }: PartsOptions): Promise<Parts> {
  const store = await openMemoryStore({ codec: objectCodec, clock });
  const changes: Change<KubeObject>[] = [];
  await store.watch({
    since: 0,
    onChanges(more) {
      changes.push(...more);
      if (changes.length > 2 * mostChanges) changes.splice(0, changes.length - mostChanges);
    },
  });
  made ??= makeSecrets();
  const { authority, signingKeys } = await during(clock, made);
  const images = new Map<string, OwnImage>();
  const ground = new SimulatedGround({}, images);
  const running: { nodes?: LocalNodes } = {};
  const plane = await ControlPlane.start({
    ...{ store, clock, random, onError, ...options, podRange: ground.ranges.pods },
    ...{ signingKeys, caCertificate: authority.certificate },
    certificateAuthority: signingAuthority(authority, realClock),
    publishedAt: { address: ground.address, port: apiPort },
    nodes: { to: (name) => running.nodes?.connection(name) },
  });
  const client = plane.clientFor("coxswain");
  const informers = plane.informersFor("node");
  const logs = new ComponentLogs(clock);
  const components = new ComponentPods({ client, clock, informers, logs });
  const nodes = new LocalNodes({
    ...{ ground, informers, components, logs, clock, random, clusterDomain, clusterDns, client },
    clientFor: (name) => plane.clientForNode(name),
  });
  running.nodes = nodes;
  await ground.serve({
    ...{ client: plane.clientFor("cluster-dns"), informers, clock, random, logs, clusterDomain, mirrors: {} },
    api: { port: apiPort, handle: (request) => plane.server.handle(request) },
  });
  const stop = async (): Promise<void> => {
    components.stop();
    await nodes.stop();
    informers.stop();
    await plane.stop();
    await ground.close();
    await store.close();
  };
  return { store, plane, nodes, authority, images, changes: () => changes, stop };
}
