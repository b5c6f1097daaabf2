/** `dd`: copies so many blocks. */

import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation, type Program, ProgramError } from "../process.ts";
import { type Input, joined, type Output } from "../streams/input.ts";
import { openInput, openOutput } from "./open.ts";
import { numberOf } from "./options.ts";

/** The files of a simulated node lie in memory: they cannot be as large as a disk. */
const mostBytes = 256 * 2 ** 20;

function opened<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new ProgramError(`can't open '${path}': ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Copy {
  readonly input: Input;
  readonly output: Output;
  /** Bytes that are passed over, and that are copied at most. */
  readonly skip: number;
  readonly limit: number;
  /** A file is written at one stroke. */
  readonly toFile: boolean;
}

async function copied(io: Invocation, { input, output, skip, limit, toFile }: Copy): Promise<number> {
  const kept: Uint8Array[] = [];
  let read = 0;
  for (let chunk = await input.chunk(); chunk && !io.signal.aborted; chunk = await input.chunk()) {
    const part = chunk.subarray(Math.max(0, skip - read), Math.max(0, Math.min(chunk.length, skip + limit - read)));
    read += chunk.length;
    if (toFile && read > skip + mostBytes) throw new FileError("ENOSPC");
    if (toFile) kept.push(part);
    else if (part.length) await output(part);
    if (read >= skip + limit) break;
  }
  if (toFile) await output(joined(kept));
  return Math.max(0, Math.min(read - skip, limit));
}

const scaled = (bytes: number): string =>
  bytes >= 2 ** 20
    ? `${(bytes / 2 ** 20).toFixed(1)}MB`
    : bytes >= 1024
      ? `${(bytes / 1024).toFixed(1)}KB`
      : `${bytes.toFixed(0)}B`;

export const dd: Program = async (world, io) => {
  const given = new Map(io.args.map((arg) => arg.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const size = numberOf(given.get("bs") ?? given.get("ibs") ?? "512");
  const count = given.get("count");
  const [from, to] = [given.get("if"), given.get("of")];
  const target = to === undefined ? undefined : absolute(to, io.cwd);
  const append = /notrunc/.test(given.get("conv") ?? "");
  const startedAt = world.clock.now();
  const bytes = await copied(io, {
    input: from === undefined ? io.stdin : opened(from, () => openInput(world, absolute(from, io.cwd), io)),
    output: target === undefined ? io.stdout : opened(to ?? "", () => openOutput(world, target, io, { append })),
    skip: numberOf(given.get("skip") ?? "0") * size,
    limit: count === undefined ? Number.POSITIVE_INFINITY : numberOf(count) * size,
    toFile: target !== undefined && world.files.find(target)?.kind === "file",
  });
  const seconds = Math.max(0.000_001, (world.clock.now() - startedAt) / 1000);
  const blocks = `${Math.floor(bytes / size)}+${bytes % size ? 1 : 0} records`;
  const human = bytes >= 1024 ? ` (${scaled(bytes)})` : "";
  if (given.get("status") !== "none")
    void io.stderr(
      `${blocks} in\n${blocks} out\n${bytes} bytes${human} copied, ${seconds.toFixed(6)} seconds, ${scaled(bytes / seconds)}/s\n`,
    );
  return 0;
};
