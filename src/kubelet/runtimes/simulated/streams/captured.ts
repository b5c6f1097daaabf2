/** What a command writes, kept in memory: whoever keeps too much runs out of it. */
import { ProgramError, untilAborted, type World } from "../process.ts";
import { bytesOf, type Input, joined, textOf } from "./input.ts";

/** Where the container has no limit of its own. */
const mostBytes = 256 * 2 ** 20;

export class Captured {
  readonly #world: World;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get bytes(): Uint8Array {
    return joined(this.#parts);
  }
  get text(): string {
    return textOf(this.bytes);
  }

  write(data: string | Uint8Array): Promise<void> | undefined {
    const bytes = bytesOf(data);
    this.#bytes += bytes.length;
    if (this.#bytes > (this.#world.machine.memoryLimit ?? mostBytes)) {
      this.#parts.length = 0;
      this.#world.exhaustMemory();
      throw new ProgramError("out of memory");
    }
    this.#parts.push(bytes);
    return undefined;
  }
}

/** All of an input. */
export async function readAll(world: World, input: Input, signal: AbortSignal): Promise<Uint8Array> {
  const captured = new Captured(world);
  for (let chunk = await input.chunk(); chunk && !signal.aborted; chunk = await input.chunk()) captured.write(chunk);
  if (signal.aborted) await untilAborted(signal);
  return captured.bytes;
}
