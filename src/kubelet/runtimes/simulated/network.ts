/** The network of all simulated pods of a cluster: who listens where. */
import type { Network } from "./process.ts";

type Answer = (path: string) => { status: number; body: string };

export class PretendNetwork implements Network {
  readonly #listeners = new Map<string, Answer>();

  async ask(ip: string, port: number, path: string): Promise<{ status: number; body: string } | undefined> {
    return this.#listeners.get(`${ip}:${port}`)?.(path);
  }

  isOpen(ip: string, port: number): boolean {
    return this.#listeners.has(`${ip}:${port}`);
  }

  listen(ip: string, port: number, answer: Answer): () => void {
    const at = `${ip}:${port}`;
    this.#listeners.set(at, answer);
    return () => {
      if (this.#listeners.get(at) === answer) this.#listeners.delete(at);
    };
  }
}
