/**
 * Where an API server is reached. It listens before there is a server: the port is part of what the control plane publishes,
 * and from then on nobody else's. Who comes before the server is there waits for it.
 */
import { type Listener, type ListenerOptions, listen } from "../apiserver/http/listener.ts";
import type { ApiServer } from "../apiserver/server.ts";
import { nthAddress } from "../network/addresses.ts";

export interface FrontOptions extends Pick<ListenerOptions, "certificate" | "key" | "clientCa" | "frontProxyCa"> {
  /** Addresses of this machine; the first decides about the port. */
  readonly hosts: readonly string[];
  /** 0: any that is free. */
  readonly port: number;
  /** Where the port is taken, another one does. */
  readonly orAnother?: boolean;
}

export class Front {
  readonly port: number;
  readonly #listeners: readonly Listener[];
  readonly #serve: (server: ApiServer) => void;

  private constructor(port: number, listeners: readonly Listener[], serve: (server: ApiServer) => void) {
    this.port = port;
    this.#listeners = listeners;
    this.#serve = serve;
  }

  /** Rejects with EADDRINUSE where the port is taken. */
  static async open({ hosts, port, orAnother, ...secrets }: FrontOptions): Promise<Front> {
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
      return new Front(had, listeners, serve);
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw error;
    }
  }

  /** From now on requests are answered, those that wait first. */
  serve(server: ApiServer): void {
    this.#serve(server);
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
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
