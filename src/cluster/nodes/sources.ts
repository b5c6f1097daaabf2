/** What the kubelets of one process know of pods, nodes and services: shared caches, looked up by node. */
import { type Node, nodes, type Pod, pods, type Service, services } from "../../client/kinds.ts";
import type { Informers } from "../../informer/informers.ts";
import type { KubeletSources } from "../../kubelet/kubelet.ts";

type PodListener = (uid: string, pod: Pod | undefined) => void;

/** Hands each change to the kubelet of the node that it is about: a thousand kubelets do not each look at it. */
export class NodeSources {
  readonly #informers: Informers;
  readonly #pods = new Map<string, Map<string, Pod>>();
  readonly #podListeners = new Map<string, PodListener>();
  readonly #nodeListeners = new Map<string, (node: Node) => void>();
  readonly #ends: (() => void)[];

  constructor(informers: Informers) {
    this.#informers = informers;
    informers.of(services);
    this.#ends = [
      informers.of(pods).onDifference(({ before, after }) => this.#see(before, after)),
      informers.of(nodes).onDifference(({ after }) => {
        if (after) this.#nodeListeners.get(after.metadata.name ?? "")?.(after);
      }),
    ];
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  for(nodeName: string): KubeletSources {
    const own = (): Map<string, Pod> => this.#podsOf(nodeName);
    return {
      pods: () => own().values(),
      pod: (uid) => own().get(uid),
      onPod: (listener) => {
        for (const [uid, pod] of own()) listener(uid, pod);
        this.#podListeners.set(nodeName, listener);
        return () => this.#podListeners.delete(nodeName);
      },
      onNode: (listener) => {
        const known = this.#informers.cache(nodes).get(nodeName);
        if (known) listener(known);
        this.#nodeListeners.set(nodeName, listener);
        return () => this.#nodeListeners.delete(nodeName);
      },
      services: (namespace) => this.#servicesOf(namespace),
    };
  }

  #podsOf(nodeName: string): Map<string, Pod> {
    let found = this.#pods.get(nodeName);
    if (!found) {
      found = new Map();
      this.#pods.set(nodeName, found);
    }
    return found;
  }

  #servicesOf(namespace: string): readonly Service[] {
    const cache = this.#informers.cache(services);
    const own = cache.list(namespace);
    const api = namespace === "default" ? undefined : cache.get("default/kubernetes");
    return api ? [...own, api] : own;
  }

  #see(before: Pod | undefined, after: Pod | undefined): void {
    const pod = after ?? before;
    const nodeName = pod?.spec.nodeName;
    const uid = pod?.metadata.uid;
    if (!nodeName || !uid) return;
    if (after) this.#podsOf(nodeName).set(uid, after);
    else this.#podsOf(nodeName).delete(uid);
    this.#podListeners.get(nodeName)?.(uid, after);
  }
}
