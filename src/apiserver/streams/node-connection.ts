/** How the server reaches the nodes: for logs, and for sessions whose bytes it passes on unread. */
import type { NodeUsage } from "../../api/metrics/usage.ts";
import type { HttpResponse } from "../exchange.ts";

export interface PodTarget {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** `PodLogOptions`, checked. */
export interface LogRequest {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Only what was written since, in milliseconds since 1970. */
  readonly sinceMs?: number;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Default both. */
  readonly stream?: "stdout" | "stderr";
}

export type SessionRequest =
  | {
      readonly kind: "exec" | "attach";
      readonly container: string;
      readonly command: readonly string[];
      readonly stdin: boolean;
      readonly stdout: boolean;
      readonly stderr: boolean;
      readonly tty: boolean;
    }
  | { readonly kind: "portforward"; readonly ports: readonly number[] };

/** What is asked of a port in a pod, or of the node itself. */
export interface PodRequest {
  readonly address: string;
  readonly port: number;
  /** By TLS; whatever certificate the pod has is believed. */
  readonly secure: boolean;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/**
 * Takes over a connection whose client asked for another protocol: `socket` is the edge's own (a Node.js socket), given
 * on as it is. What the client has sent already is in `head`.
 */
export type Takeover = (socket: object, head: Uint8Array) => void;

export interface NodeConnection {
  usage(): Promise<NodeUsage>;
  /** Streams the log. Rejects with ApiError. */
  log(pod: PodTarget, request: LogRequest): Promise<HttpResponse>;
  /** Asks what runs in a pod, or on the node itself: its kubelet, or another port. Rejects where nothing answers. */
  ask(pod: PodTarget | undefined, request: PodRequest): Promise<HttpResponse>;
  /** The same for a connection that is to change its protocol: what takes it over. */
  upgrade(pod: PodTarget | undefined, request: PodRequest): Promise<Takeover>;
  /** Prepares a session for a client that sent these headers. Rejects with ApiError. */
  session(
    pod: PodTarget,
    request: SessionRequest,
    client: { readonly method: string; readonly headers: Readonly<Record<string, string | undefined>> },
  ): Promise<Takeover>;
}

export interface NodeConnections {
  /** The way to a node; undefined if it is not known here. */
  to(nodeName: string): NodeConnection | undefined;
}
