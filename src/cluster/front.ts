/**
 * Where an API server is reached. It listens before there is a server: the port is part of what the control plane publishes,
 * and from then on nobody else's. Who comes before the server is there waits for it.
 */
import { type Listener, type ListenerOptions, listen } from "../apiserver/http/listener.ts";
import type { ApiServer } from "../apiserver/server.ts";
import { type Clock, realClock, sleep } from "../base/clock.ts";
import { nthAddress } from "../network/addresses.ts";
import type { ControlPlane } from "./control-plane.ts";

export interface FrontOptions extends Pick<ListenerOptions, "certificate" | "key" | "clientCa" | "frontProxyCa"> {
  /** Addresses of this machine; the first decides about the port. */
  readonly hosts: readonly string[];
  /** 0: any that is free. */
  readonly port: number;
  /** How it ends, in milliseconds: how long it still takes requests, and how long those under way may take. Default: at once. */
  readonly shutdown?: { readonly delay: number; readonly grace: number } | undefined;
  readonly clock?: Clock;
  /** Where the port is taken, another one does. */
  readonly orAnother?: boolean;
}

export class Front {
  readonly port: number;
  readonly #listeners: readonly Listener[];
  readonly #serve: (server: ApiServer) => void;
  readonly #options: FrontOptions;
  #plane: ControlPlane | undefined;

  private constructor(
    port: number,
    listeners: readonly Listener[],
    serve: (server: ApiServer) => void,
    options: FrontOptions,
  ) {
    this.port = port;
    this.#listeners = listeners;
    this.#serve = serve;
    this.#options = options;
  }

  /** Rejects with EADDRINUSE where the port is taken. */
  static async open(options: FrontOptions): Promise<Front> {
    const { hosts, port, orAnother, certificate, key, clientCa, frontProxyCa } = options;
    const secrets = { certificate, key, clientCa, frontProxyCa };
    let serve: (server: ApiServer) => void = () => {};
    const server = new Promise<ApiServer>((resolve) => {
      serve = resolve;
    });
    const listeners: Listener[] = [];
    const at = async (host: string, wanted: number): Promise<number> => {
      const listener = await listen({
        ...{ ...secrets, host, port: wanted },
        handle: async (request) => (await server).handle(request),
        upgrade: async (request) => (await server).upgrade(request),
      });
      listeners.push(listener);
      return listener.port;
    };
    const [first = "127.0.0.1", ...others] = hosts;
    try {
      const had = await at(first, port).catch((error: unknown) => {
        if (orAnother && isTaken(error)) return at(first, 0);
        throw error;
      });
      for (const host of others) await at(host, had);
      return new Front(had, listeners, serve, options);
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw error;
    }
  }

  /** From now on requests are answered, those that wait first. */
  serve(plane: ControlPlane): void {
    this.#plane = plane;
    this.#serve(plane.server);
  }

  /** Says that it is not ready, then takes no more requests, ends streams, and lets answers under way end. */
  async close(): Promise<void> {
    const { delay = 0, grace = 0 } = this.#options.shutdown ?? {};
    this.#plane?.announceEnd();
    if (delay && this.#plane) await sleep(this.#options.clock ?? realClock, delay);
    const closed = Promise.all(this.#listeners.map((listener) => listener.close(grace)));
    this.#plane?.server.endStreams();
    await closed;
  }
}

export const isTaken = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

/** The names and the address by which pods know the API server. */
export const apiNames = (serviceRange: string, clusterDomain = "cluster.local"): readonly string[] => [
  nthAddress(serviceRange, 1),
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  `kubernetes.default.svc.${clusterDomain}`,
];
