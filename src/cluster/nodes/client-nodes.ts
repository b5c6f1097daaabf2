/**
 * Nodes that clients make themselves, with kwok's annotation (https://kwok.sigs.k8s.io/docs/user/kwok-manage-nodes-and-pods/),
 * or any node where the cluster has none of its own: they get a simulated node under them while they are there, and keep
 * what their maker said of them.
 */
import { type Node, nodes as nodeKind } from "../../client/kinds.ts";
import type { Informers } from "../../informer/informers.ts";
import type { LocalNodes } from "./local-nodes.ts";

const annotation = "kwok.x-k8s.io/node";

export interface ClientNodesOptions {
  readonly informers: Informers;
  readonly nodes: LocalNodes;
  /** Whether all nodes are meant, annotated or not. */
  readonly all: boolean;
  readonly onError: (name: string, error: unknown) => void;
}

export class ClientNodes {
  readonly #options: ClientNodesOptions;
  /** What is under way for a node: one thing after another. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #end: () => void;

  constructor(options: ClientNodesOptions) {
    this.#options = options;
    const isOne = ({ metadata }: Node): boolean => options.all || metadata.annotations?.[annotation] === "fake";
    this.#end = options.informers.of(nodeKind).onDifference(({ before, after }) => {
      const name = (after ?? before)?.metadata.name ?? "";
      if (after && isOne(after)) this.#next(name, () => this.#adopt(name));
      else if (before && isOne(before)) this.#next(name, () => this.#letGo(name));
    });
  }

  stop(): void {
    this.#end();
  }

  #next(name: string, act: () => Promise<void>): void {
    const turn = (this.#turns.get(name) ?? Promise.resolve())
      .then(act)
      .catch((error: unknown) => this.#options.onError(name, error))
      .finally(() => {
        if (this.#turns.get(name) === turn) this.#turns.delete(name);
      });
    this.#turns.set(name, turn);
  }

  async #adopt(name: string): Promise<void> {
    const { nodes } = this.#options;
    if (nodes.has(name)) return;
    await nodes.start({ name, labels: {}, taints: [], components: [], adopted: true });
  }

  async #letGo(name: string): Promise<void> {
    const { nodes } = this.#options;
    if (nodes.has(name)) await nodes.remove(name);
  }
}
