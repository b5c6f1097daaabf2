/** A request and its answer as the server sees them, whatever carried them. */
import type { Cause } from "../store/store.ts";
import type { User } from "./context.ts";

export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** All of the body. Rejects with ApiError if it is too large or broken off. */
  body(): Promise<Uint8Array>;
  /** Who the client certificate says it is, if it came with one that our CA signed; or who asks from within this process. */
  readonly certificateUser?: User;
  /** The name in the certificate of another server that may say who asks (`authn/request-headers.ts`). */
  readonly frontProxy?: string;
  /** What made the client ask, if it says so. */
  readonly cause?: Cause;
  readonly remoteAddress?: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** Where a streaming answer writes. */
export interface Sink {
  /** False: the peer is slow; wait for `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Bytes written but not yet taken by the peer. */
  readonly buffered: number;
  drained(): Promise<void>;
  end(): void;
  /** Breaks the connection off: the peer sees an answer that is not whole. */
  abort(): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The whole body in parts, or a function that streams it until it resolves. */
  readonly body: readonly Uint8Array[] | ((sink: Sink, signal: AbortSignal) => Promise<void>);
}
