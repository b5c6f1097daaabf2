/** The network of all simulated pods of a cluster: who listens where, and which way a request takes. */

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

export interface WebRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The address that asks; what is between may put its own in its place. */
  readonly from: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Server = (request: WebRequest) => WebAnswer | Promise<WebAnswer>;

/** Where a request to an address that no pod has goes on to: services, ports of nodes. Undefined: as it is addressed. */
export type Router = (to: Endpoint, from: string) => Endpoint | "refused" | undefined;

const keyOf = ({ ip, port }: Endpoint): string => `${ip}:${port}`;

export class PretendNetwork {
  readonly #servers = new Map<string, Server>();
  readonly #forwards = new Map<string, Endpoint>();
  readonly #hosts = new Set<string>();
  #route: Router = () => undefined;

  /** A pod or a node has the address, until what it returns is called. */
  join(ip: string): () => void {
    this.#hosts.add(ip);
    return () => this.#hosts.delete(ip);
  }

  isUp(ip: string): boolean {
    return this.#hosts.has(ip);
  }

  /** The ports of an address on which somebody serves. */
  portsOf(ip: string): readonly number[] {
    const found = [...this.#servers.keys()].filter((key) => key.startsWith(`${ip}:`));
    return found.map((key) => Number(key.slice(ip.length + 1))).sort((a, b) => a - b);
  }

  /** From now on requests go where `route` says. */
  routeBy(route: Router): void {
    this.#route = route;
  }

  /** Answers a request; undefined: the connection is refused. */
  async ask(to: Endpoint, request: WebRequest): Promise<WebAnswer | undefined> {
    return this.#server(to, request.from)?.(request);
  }

  isOpen(to: Endpoint, from: string): boolean {
    return this.#server(to, from) !== undefined;
  }

  /** Serves a port until what it returns is called. Throws where another does. */
  listen(at: Endpoint, server: Server): () => void {
    if (this.#servers.has(keyOf(at))) throw new Error("Address already in use");
    this.#servers.set(keyOf(at), server);
    return () => this.#servers.delete(keyOf(at));
  }

  /** Leads a port of a node on to a pod, until what it returns is called. */
  forward(at: Endpoint, to: Endpoint): () => void {
    this.#forwards.set(keyOf(at), to);
    return () => {
      if (this.#forwards.get(keyOf(at)) === to) this.#forwards.delete(keyOf(at));
    };
  }

  #server(to: Endpoint, from: string): Server | undefined {
    const forwarded = this.#forwards.get(keyOf(to)) ?? to;
    const routed = this.#route(forwarded, from) ?? forwarded;
    return routed === "refused" ? undefined : this.#servers.get(keyOf(routed));
  }
}
