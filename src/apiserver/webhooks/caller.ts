/** Calling out: how the server asks webhooks, wherever they run. */

/** Where a webhook is, and whom to trust there (`WebhookClientConfig`). */
export interface WebhookClient {
  readonly url?: string | undefined;
  readonly service?:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly path?: string | undefined;
        readonly port?: number | undefined;
      }
    | undefined;
  /** Certificates in PEM, in base64; left out: what this machine trusts. */
  readonly caBundle?: string | undefined;
}

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WebhookCaller {
  /** POSTs JSON and gives what is answered. Rejects with CallError. */
  call(client: WebhookClient, body: object, options: CallOptions): Promise<unknown>;
}

/** A webhook could not be asked, or did not answer well; the text is what Go's client says. */
export class CallError extends Error {
  override readonly name = "CallError";
}

/** The address that a client names, as the texts of errors show it. */
export function addressOf({ url, service }: WebhookClient): string {
  if (url !== undefined) return url;
  if (!service) return "";
  return `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path ?? ""}`;
}
