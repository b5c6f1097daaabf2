/** Service account tokens for pods: bound to the pod, kept until they have lived four fifths of their time or a day (kubelet's token manager). */
import type * as authentication from "../../api/generated/authentication-v1.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type { Clock } from "../../base/clock.ts";
import type { Client, Shared } from "../../client/client.ts";
import { type Pod, serviceAccounts } from "../../client/kinds.ts";

interface Kept {
  readonly token: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

const dayMs = 86_400_000;
const defaultSeconds = 3600;

export class Tokens {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async get(pod: Pod, { audience, expirationSeconds }: Shared<core.ServiceAccountTokenProjection>): Promise<string> {
    const { namespace, name = "", uid = "" } = pod.metadata;
    const key = [uid, audience, expirationSeconds].join("\u0000");
    const now = this.#clock.now();
    const kept = this.#kept.get(key);
    if (kept && now < kept.renewAtMs) return kept.token;
    const request = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds: expirationSeconds ?? defaultSeconds,
        boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
      },
    };
    try {
      const account = { namespace, name: pod.spec.serviceAccountName || "default" };
      const { status } = (await this.#client.post(
        serviceAccounts,
        account,
        "token",
        request,
      )) as authentication.TokenRequest;
      const expiresAtMs = Date.parse(status.expirationTimestamp ?? "");
      const life = expiresAtMs - now;
      this.#kept.set(key, { token: status.token, expiresAtMs, renewAtMs: now + Math.min(life * 0.8, dayMs) });
      return status.token;
    } catch (error) {
      if (kept && now < kept.expiresAtMs) return kept.token;
      throw new Error(`failed to fetch token: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  /** Forgets the tokens of a pod that is gone. */
  forget(uid: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(`${uid}\u0000`)) this.#kept.delete(key);
  }
}
