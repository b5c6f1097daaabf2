/** The open files of a shell, by number, and how redirections change them. */
import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation, type World } from "../process.ts";
import { openInput, openOutput } from "../programs/open.ts";
import { type Input, inputOf, noInput, type Output } from "../streams/input.ts";
import { type ExpansionContext, expandText } from "./expansion.ts";
import type { Redirect } from "./syntax.ts";

export interface Descriptor {
  readonly input?: Input;
  readonly output?: Output;
}
export type Descriptors = ReadonlyMap<number, Descriptor>;

export const descriptorsOf = ({
  stdin,
  stdout,
  stderr,
}: Pick<Invocation, "stdin" | "stdout" | "stderr">): Descriptors =>
  new Map([
    [0, { input: stdin }],
    [1, { output: stdout }],
    [2, { output: stderr }],
  ]);

const nowhere: Output = () => undefined;
export const streamsOf = (open: Descriptors): Pick<Invocation, "stdin" | "stdout" | "stderr"> => ({
  stdin: open.get(0)?.input ?? noInput,
  stdout: open.get(1)?.output ?? nowhere,
  stderr: open.get(2)?.output ?? nowhere,
});

/** A redirection that cannot be made. */
export class RedirectError extends Error {
  override readonly name = "RedirectError";
}

/** The open files as redirections make them. Throws RedirectError, in the words of ash. */
export async function redirected(
  redirects: readonly Redirect[],
  open: Descriptors,
  { world, context }: { readonly world: World; readonly context: ExpansionContext },
): Promise<Descriptors> {
  const made = new Map(open);
  for (const { fd, kind, target, body } of redirects) {
    const text = await expandText(body ?? target, context);
    if (body) made.set(fd, { input: inputOf(text) });
    else if (kind === ">&" || kind === "<&") {
      const other = made.get(Number(text));
      if (text === "-") made.delete(fd);
      else if (other) made.set(fd, other);
      else throw new RedirectError(`${text}: Bad file descriptor`);
    } else made.set(fd, opened(text, kind, { world, context, open: made }));
  }
  return made;
}

interface Opening {
  readonly world: World;
  readonly context: ExpansionContext;
  readonly open: Descriptors;
}

function opened(text: string, kind: Redirect["kind"], { world, context, open }: Opening): Descriptor {
  const path = absolute(text, context.cwd);
  const streams = streamsOf(open);
  try {
    if (kind === "<") return { input: openInput(world, path, streams) };
    return { output: openOutput(world, path, streams, { append: kind === ">>" }) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const missing = kind === "<" ? "no such file" : "nonexistent directory";
    const why = error.code === "ENOENT" ? missing : error.message;
    throw new RedirectError(`can't ${kind === "<" ? "open" : "create"} ${text}: ${why}`);
  }
}
