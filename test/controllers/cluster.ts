/** A whole control plane over memory, on a clock that is moved by hand. */
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { rfc3339, rfc3339Micro } from "../../src/base/clock.ts";
import { seeded } from "../../src/base/random.ts";
import { VirtualClock } from "../../src/base/virtual-clock.ts";
import type { Client } from "../../src/client/client.ts";
import { events, leases, type Node, namespaces, nodes, type Pod, pods } from "../../src/client/kinds.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

const leaseNamespace = "kube-node-lease";

export class Cluster {
  readonly #clock: VirtualClock;
  readonly #plane: ControlPlane;
  readonly client: Client;

  private constructor(clock: VirtualClock, plane: ControlPlane) {
    this.#clock = clock;
    this.#plane = plane;
    this.client = plane.clientFor("test");
  }

  static async start(): Promise<Cluster> {
    const clock = new VirtualClock(Date.parse("2030-01-01T00:00:00Z"));
    const store = await openMemoryStore({ codec: objectCodec, clock });
    const plane = await ControlPlane.start({
      store,
      clock,
      random: seeded(1),
      signingKeys: await createSigningKeys(),
      podRange: "10.244.0.0/16",
      caCertificate: "the certificate of the authority",
      onError: (part, error) => console.error(part, error),
    });
    return new Cluster(clock, plane);
  }

  /** How the server answers who comes with this token and asks for all secrets. */
  async statusWith(token: string): Promise<number> {
    const { status } = await this.#plane.server.handle({
      method: "GET",
      path: "/api/v1/secrets",
      query: new URLSearchParams(),
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      body: async () => new Uint8Array(),
      signal: new AbortController().signal,
    });
    return status;
  }

  stop(): Promise<void> {
    return this.#plane.stop();
  }

  /** Lets everything run that waits for nothing but its turn: until nothing has been written for a while. */
  async settle(): Promise<void> {
    let last = "";
    for (let quiet = 0; quiet < 5; quiet++) {
      await this.#clock.advance(10);
      const { resourceVersion } = await this.client.list(namespaces);
      if (resourceVersion !== last) quiet = 0;
      last = resourceVersion;
    }
  }

  /** Settles until `isSo`: for what other threads do, such as signing. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      await this.settle();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async addNode(name: string): Promise<void> {
    const now = rfc3339(this.#clock.now());
    const ready = {
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    const made = { metadata: { name }, spec: {}, status: {} } as unknown as Node;
    await this.client.create(nodes, made);
    await this.client.patch(nodes, { name }, { status: { conditions: [ready] } }, { subresource: "status" });
    await this.client.create(leases, { metadata: { namespace: leaseNamespace, name }, spec: this.#renewal() });
    await this.#clock.advance(0);
  }

  async addPod(name: string, nodeName: string, labels: Record<string, string> = {}): Promise<void> {
    const tolerations = [
      { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
    ];
    const spec = { nodeName, tolerations, containers: [{ name: "c", image: "i", resources: {} }] };
    await this.client.create(pods, { metadata: { namespace: "default", name, labels }, spec } as unknown as Pod);
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    await this.client.patch(pods, { namespace: "default", name }, { status }, { subresource: "status" });
  }

  /** Lets time pass, in which only these nodes are heard of. */
  async pass(seconds: number, ...alive: string[]): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 10) {
      await this.#clock.advance(10_000);
      for (const name of alive) {
        await this.client.patch(leases, { namespace: leaseNamespace, name }, { spec: this.#renewal() });
      }
    }
    await this.#clock.advance(0);
  }

  async node(name: string): Promise<{ ready: string | undefined; taints: string[] }> {
    const { status, spec } = await this.client.get(nodes, { name });
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return { ready: ready?.status, taints: (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort() };
  }

  async pod(name: string): Promise<Pod | undefined> {
    const { items } = await this.client.list(pods, { namespace: "default" });
    return items.find(({ metadata }) => metadata.name === name);
  }

  async reasons(about: string): Promise<string[]> {
    const { items } = await this.client.list(events, { namespace: "default" });
    return items.filter(({ involvedObject }) => involvedObject.name === about).map(({ reason }) => reason ?? "");
  }

  #renewal(): { renewTime: string; leaseDurationSeconds: number } {
    return { renewTime: rfc3339Micro(this.#clock.now()), leaseDurationSeconds: 40 };
  }
}
