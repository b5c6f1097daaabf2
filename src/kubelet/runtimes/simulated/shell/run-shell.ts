/** `sh`: a script in a word, in a file, or line after line from its input. */
import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation, type World } from "../process.ts";
import { textOf } from "../streams/input.ts";
import { interact } from "./interact.ts";
import { Shell } from "./shell.ts";

export async function runShell(world: World, io: Invocation): Promise<number> {
  const words = [...io.args];
  const flags = new Set<string>();
  while (/^[-+]./.test(words[0] ?? "") && words[0] !== "--") {
    const word = words.shift() as string;
    if (word.startsWith("--")) continue;
    if (word.endsWith("o")) words.shift();
    for (const flag of word.slice(1)) flags.add(flag);
  }
  if (words[0] === "--") words.shift();
  const start = (options: ConstructorParameters<typeof Shell>[2]): Shell => {
    const shell = new Shell(world, io, options);
    for (const flag of "eufx") if (flags.has(flag)) shell.flags.add(flag);
    return shell;
  };
  if (flags.has("c")) {
    const [script, name = io.name, ...parameters] = words;
    if (script !== undefined) return start({ name, parameters }).run(script);
    void io.stderr(`${io.name}: -c requires an argument\n`);
    return 2;
  }
  const [path, ...parameters] = words;
  if (path === undefined || flags.has("s")) return interact(start({ name: io.name, parameters: words }));
  try {
    const text = textOf(world.files.read(absolute(path, io.cwd)));
    return await start({ name: path, parameters, isFile: true }).run(text);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    void io.stderr(`${io.name}: can't open '${path}': ${error.message}\n`);
    return 2;
  }
}
