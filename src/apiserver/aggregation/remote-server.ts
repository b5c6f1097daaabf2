/** How other servers of the API are reached: always by TLS, with a certificate that says that we may speak for others. */
import type { HttpResponse } from "../exchange.ts";
import type { Takeover } from "../streams/node-connection.ts";
import type { RemoteApiService } from "./api-services.ts";

export interface RemoteRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

export interface RemoteServers {
  /** The answer, whatever it is. Rejects with why there is none. */
  ask(of: RemoteApiService, request: RemoteRequest): Promise<HttpResponse>;
  /** The other end of a session, once it has been reached. Rejects with why it cannot be. */
  upgrade(of: RemoteApiService, request: RemoteRequest): Promise<Takeover>;
}

/** Rejects for who has no address. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}
