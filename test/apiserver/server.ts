/** The API server alone over memory, with all that it is born with, asked without a connection. */

import type { KubeObject } from "../../src/api/object.ts";
import { textOf } from "../../src/apiserver/aggregation/remote-discovery.ts";
import type { HttpResponse } from "../../src/apiserver/exchange.ts";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { seeded } from "../../src/base/random.ts";
import { VirtualClock } from "../../src/base/virtual-clock.ts";
import { ControlPlane, type ControlPlaneOptions } from "../../src/cluster/control-plane.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";
import type { Store } from "../../src/store/store.ts";

/** Somebody with a certificate, with headers (a token), or nobody in particular: `{ headers: {} }`. */
export type Who =
  | { readonly user: string; readonly groups?: readonly string[]; readonly headers?: Readonly<Record<string, string>> }
  | { readonly headers: Readonly<Record<string, string>>; readonly frontProxy?: string };

export interface Answer {
  readonly status: number;
  /** Of a Status, its message; else the kind of what came. */
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly warnings: readonly string[];
  readonly headers: HttpResponse["headers"];
}

/** `as` left out: an administrator. A body that is an object is sent as JSON. */
export type Ask = (request: string, body?: object | string, as?: Who, type?: string) => Promise<Answer>;

const admin = { user: "admin", groups: ["system:masters"] };
export const kubelet = (node: string): Who => ({ user: `system:node:${node}`, groups: ["system:nodes"] });

export interface TestServer {
  readonly ask: Ask;
  readonly clock: VirtualClock;
  readonly plane: ControlPlane;
  readonly store: Store<KubeObject>;
}

export const withToken = (token: string): Who => ({ headers: { authorization: `Bearer ${token}` } });

export const serve = async (): Promise<Ask> => (await start()).ask;

export async function start(options: Partial<ControlPlaneOptions> = {}): Promise<TestServer> {
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  const store = await openMemoryStore({ codec: objectCodec, clock });
  const plane = await ControlPlane.start({
    ...{ store, clock, random: seeded(1), controllers: "none" },
    signingKeys: await createSigningKeys(),
    ...options,
  });
  const ask: Ask = async (request, body, as = admin, type = "application/json") => {
    const [method = "", target = ""] = request.split(" ");
    const [path = "", query = ""] = target.split("?");
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    const response = await plane.server.handle({
      ...{ method, path, query: new URLSearchParams(query), signal: new AbortController().signal },
      headers: {
        ...{ "content-type": type, accept: "application/json", "user-agent": "tester/1" },
        ...("headers" in as && as.headers),
      },
      body: async () => new TextEncoder().encode(text),
      ...("user" in as && { certificateUser: { name: as.user, groups: as.groups ?? [] } }),
      ...("frontProxy" in as && as.frontProxy !== undefined && { frontProxy: as.frontProxy }),
    });
    const answer = await textOf(response);
    const parsed = (answer.startsWith("{") ? JSON.parse(answer) : { kind: answer }) as Record<string, unknown>;
    const warnings = [response.headers.warning ?? []].flat();
    const { status, headers } = response;
    return { status, text: String(parsed.message ?? parsed.kind), body: parsed, warnings, headers };
  };
  return { ask, clock, plane, store };
}
