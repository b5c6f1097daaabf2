/** The API server alone over memory, with all that it is born with, asked without a connection. */
import assert from "node:assert/strict";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { seeded } from "../../src/base/random.ts";
import { VirtualClock } from "../../src/base/virtual-clock.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

export interface Who {
  readonly user: string;
  readonly groups?: readonly string[];
}

export interface Answer {
  readonly status: number;
  /** Of a Status, its message; else the kind of what came. */
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly warnings: readonly string[];
}

/** `as` left out: an administrator. A body that is an object is sent as JSON. */
export type Ask = (request: string, body?: object | string, as?: Who, type?: string) => Promise<Answer>;

const admin = { name: "admin", groups: ["system:masters"] };
export const kubelet = (node: string): Who => ({ user: `system:node:${node}`, groups: ["system:nodes"] });

export async function serve(): Promise<Ask> {
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  const store = await openMemoryStore({ codec: objectCodec, clock });
  const { server } = await ControlPlane.start({
    ...{ store, clock, random: seeded(1), controllers: "none" },
    signingKeys: await createSigningKeys(),
  });
  return async (request, body, as, type = "application/json") => {
    const [method = "", target = ""] = request.split(" ");
    const [path = "", query = ""] = target.split("?");
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    const response = await server.handle({
      ...{ method, path, query: new URLSearchParams(query), signal: new AbortController().signal },
      headers: { "content-type": type, accept: "application/json", "user-agent": "tester/1" },
      body: async () => new TextEncoder().encode(text),
      certificateUser: as ? { name: as.user, groups: as.groups ?? [] } : admin,
    });
    assert.ok(typeof response.body !== "function", "the answer is a stream");
    const answer = response.body.map((part) => new TextDecoder().decode(part)).join("");
    const parsed = (answer.startsWith("{") ? JSON.parse(answer) : { kind: answer }) as Record<string, unknown>;
    const warnings = [response.headers.warning ?? []].flat();
    const { status } = response;
    return { status, text: String(parsed.message ?? parsed.kind), body: parsed, warnings };
  };
}
