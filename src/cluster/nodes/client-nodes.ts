/**
 * Nodes that clients make themselves, with kwok's annotation (https://kwok.sigs.k8s.io/docs/user/kwok-manage-nodes-and-pods/):
 * they get a simulated node under them while they are there, and keep what their maker said of them.
 */
import { type Node, nodes as nodeKind } from "../../client/kinds.ts";
import type { Informers } from "../../informer/informers.ts";
import type { LocalNodes } from "./local-nodes.ts";

const annotation = "kwok.x-k8s.io/node";

export const isClientNode = ({ metadata }: Node): boolean => metadata.annotations?.[annotation] === "fake";

export class ClientNodes {
  readonly #nodes: LocalNodes;
  readonly #onError: (name: string, error: unknown) => void;
  /** What is under way for a node: one thing after another. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #end: () => void;

  constructor(informers: Informers, nodes: LocalNodes, onError: (name: string, error: unknown) => void) {
    this.#nodes = nodes;
    this.#onError = onError;
    this.#end = informers.of(nodeKind).onDifference(({ before, after }) => {
      const name = (after ?? before)?.metadata.name ?? "";
      if (after && isClientNode(after)) this.#next(name, () => this.#adopt(name));
      else if (before && isClientNode(before)) this.#next(name, () => this.#letGo(name));
    });
  }

  stop(): void {
    this.#end();
  }

  #next(name: string, act: () => Promise<void>): void {
    const turn = (this.#turns.get(name) ?? Promise.resolve())
      .then(act)
      .catch((error: unknown) => this.#onError(name, error))
      .finally(() => {
        if (this.#turns.get(name) === turn) this.#turns.delete(name);
      });
    this.#turns.set(name, turn);
  }

  async #adopt(name: string): Promise<void> {
    if (this.#nodes.has(name)) return;
    await this.#nodes.start({ name, labels: {}, taints: [], components: [], adopted: true });
  }

  async #letGo(name: string): Promise<void> {
    if (this.#nodes.has(name)) await this.#nodes.remove(name);
  }
}
