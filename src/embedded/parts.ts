/** The parts of a cluster in this process: control plane and simulated nodes over a store in memory. */
import type { KubeObject } from "../api/object.ts";
import type { SigningKeys } from "../apiserver/authn/service-account-tokens.ts";
import { objectCodec } from "../apiserver/registry/stored.ts";
import { type Clock, during, realClock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { ComponentLogs } from "../cluster/component-logs.ts";
import { ControlPlane, type ControlPlaneOptions } from "../cluster/control-plane.ts";
import { SimulatedGround } from "../cluster/ground/simulated-ground.ts";
import type { LocalNodes } from "../cluster/nodes/local-nodes.ts";
import { NodeSide } from "../cluster/nodes/node-side.ts";
import { createAuthority, type KeyPair } from "../cluster/pki/certificates.ts";
import { createSigningKeys } from "../cluster/pki/signing-keys.ts";
import { signingAuthority } from "../cluster/pki/signing-requests.ts";
import type { OwnImage } from "../kubelet/runtimes/simulated/own-images.ts";
import { openMemoryStore } from "../store/memory/memory.ts";
import type { Store } from "../store/store.ts";

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
  stop(): Promise<void>;
}

/** Where pods find the API server; nobody listens there, for they are in this process. */
const apiPort = 6443;
/** A test wants to know what happened at its beginning, however far its clock was moved: only the number of changes counts. */
const history = { maxAgeMs: Number.POSITIVE_INFINITY };

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

/** Rejects where a part does not start; nothing goes on then. */
export async function startParts({ clock, random, onError, ...options }: PartsOptions): Promise<Parts> {
  made ??= makeSecrets();
  const { authority, signingKeys } = await during(clock, made);
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const store = await openMemoryStore({ codec: objectCodec, clock, history });
    const images = new Map<string, OwnImage>();
    const ground = new SimulatedGround({}, images);
    stops.push(
      () => store.close(),
      () => ground.close(),
    );
    const running: { nodes?: LocalNodes } = {};
    const plane = await ControlPlane.start({
      ...{ store, clock, random, onError, ...options, podRange: ground.ranges.pods },
      ...{ signingKeys, caCertificate: authority.certificate },
      certificateAuthority: signingAuthority(authority, realClock),
      publishedAt: { address: ground.address, port: apiPort },
      nodes: { to: (name) => running.nodes?.connection(name) },
    });
    stops.push(() => plane.stop());
    const side = new NodeSide({ plane, ground, logs: new ComponentLogs(clock), clock, random });
    running.nodes = side.nodes;
    stops.push(() => side.stop());
    await side.serve(apiPort);
    return { store, plane, nodes: side.nodes, authority, images, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
