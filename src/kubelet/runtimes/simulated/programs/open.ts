/** Opens files, and the devices among them, for reading and writing. */
import type { Clock } from "../../../../base/clock.ts";
import { FileError } from "../files/file-error.ts";
import type { Invocation, World } from "../process.ts";
import { bytesOf, type Input, inputFrom, inputOf, noInput, type Output } from "../streams/input.ts";

type Streams = Pick<Invocation, "stdin" | "stdout" | "stderr">;

/** Lets others have their turn. It takes some time on every clock, so that what never ends does not hold up a virtual one. */
export const turn = (clock: Clock, ms = 1): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

/** As much as a fast disk gives in the time of a turn. */
const blockBytes = 2 ** 20;

/** Bytes without end. */
function endless(clock: Clock, byte: (i: number) => number): Input {
  const block = Uint8Array.from({ length: blockBytes }, (_, i) => byte(i));
  return inputFrom(async () => {
    await turn(clock);
    return block;
  });
}

/** Throws FileError. */
export function openInput(world: World, path: string, { stdin }: Pick<Streams, "stdin">): Input {
  const node = world.files.stat(path);
  if (node.kind !== "device") return inputOf(world.files.read(path));
  if (!world.files.may(path, "read")) throw new FileError("EACCES");
  switch (node.device) {
    case "zero":
    case "full":
      return endless(world.clock, () => 0);
    case "random": {
      // noise enough for what people do with it
      let state = (world.clock.now() & 0x7fffffff) | 1;
      return endless(world.clock, () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return state & 255;
      });
    }
    case "stdin":
      return stdin;
    default:
      return noInput;
  }
}

/** Throws FileError. */
export function openOutput(
  world: World,
  path: string,
  { stdout, stderr }: Pick<Streams, "stdout" | "stderr">,
  { append = false }: { readonly append?: boolean } = {},
): Output {
  const { files, console } = world;
  const node = files.find(path);
  if (node?.kind === "device") {
    const outputs: Readonly<Record<string, Output>> = {
      ...{ stdout, stderr, log: console.stdout, errors: console.stderr },
      full: () => {
        throw new FileError("ENOSPC");
      },
    };
    return outputs[node.device] ?? (() => undefined);
  }
  if (append) files.append(path, new Uint8Array());
  else files.write(path, new Uint8Array());
  return (data) => {
    files.append(path, bytesOf(data));
    return undefined;
  };
}
