/** A cluster as a user has it, built and started by `./cox`, and a client to look at it with as little delay as can be. */
import https from "node:https";
import path from "node:path";
import { realClock, sleep } from "../src/base/clock.ts";
import { readAccess } from "../src/cli/commands/access.ts";
import type { RuntimeName } from "../src/cluster/files/cluster-directory.ts";
import { TestCluster } from "../test/e2e/cluster.ts";

const cox = [path.resolve(import.meta.dirname, "../cox"), "--no-install"];

interface Counted {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly availableReplicas?: number;
    readonly updatedReplicas?: number;
    readonly replicas?: number;
  };
}
interface Conditioned {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const is = (type: string, { status }: Conditioned): boolean =>
  status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;

export class BenchCluster {
  readonly #cluster: TestCluster;
  #agent = new https.Agent();

  constructor(name: string) {
    this.#cluster = new TestCluster(name, cox);
  }

  async up(runtime: RuntimeName): Promise<void> {
    await this.#cluster.up(runtime);
    const { authority, admin } = readAccess(this.#cluster.directory);
    this.#agent = new https.Agent({ keepAlive: true, ca: authority, cert: admin.certificate, key: admin.key });
  }

  async down(): Promise<void> {
    this.#agent.destroy();
    await this.#cluster.down();
  }

  kubectl(line: string): Promise<string> {
    return this.#cluster.ok(`kubectl ${line}`);
  }

  /** The process of the cluster. */
  pid(): Promise<number> {
    return this.#cluster.pid();
  }

  async get<T>(at: string): Promise<T> {
    const { server } = readAccess(this.#cluster.directory);
    return new Promise((resolve, reject) => {
      const request = https.get(`${server}${at}`, { agent: this.#agent }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve(JSON.parse(Buffer.concat(parts).toString()) as T));
      });
      request.on("error", reject);
    });
  }

  async nodesReady(count: number): Promise<void> {
    await this.#until(async () => {
      const { items } = await this.get<{ items: Conditioned[] }>("/api/v1/nodes");
      return items.filter((node) => is("Ready", node)).length === count;
    });
  }

  async podReady(name: string): Promise<void> {
    await this.#until(async () => is("Ready", await this.get<Conditioned>(`/api/v1/namespaces/default/pods/${name}`)));
  }

  /** All replicas are of the newest template and available, and no others are left. */
  async rolledOut(name: string, replicas: number): Promise<void> {
    await this.#until(async () => {
      const { metadata, status } = await this.get<Counted>(`/apis/apps/v1/namespaces/default/deployments/${name}`);
      const counts = [status?.availableReplicas, status?.updatedReplicas, status?.replicas];
      return status?.observedGeneration === metadata.generation && counts.every((count) => count === replicas);
    });
  }

  async #until(isSo: () => Promise<boolean>): Promise<void> {
    const end = realClock.now() + 120_000;
    while (!(await isSo())) {
      if (realClock.now() > end) throw new Error("it did not happen within 120 s");
      await sleep(realClock, 10);
    }
  }
}

/** Seconds that something takes. */
export async function seconds(act: () => Promise<unknown>): Promise<number> {
  const from = realClock.now();
  await act();
  return (realClock.now() - from) / 1000;
}
