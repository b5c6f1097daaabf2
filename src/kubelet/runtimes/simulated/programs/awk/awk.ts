/** `awk`, but for output to files and programs. */
import { absolute, type Program, ProgramError } from "../../process.ts";
import { sourcesOf, textIn } from "../inputs.ts";
import { readOptions } from "../options.ts";
import { escaped } from "../printf.ts";
import { Interpreter } from "./interpreter.ts";
import { parseAwk } from "./parser.ts";

/** The records of a text: lines, or what its separator says. */
function recordsOf(text: string, separator: string): string[] {
  if (separator === "\n") return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  if (separator === "") return text.trim().split(/\n\n+/);
  return text.replace(/\n$/, "").split(separator);
}

export const awk: Program = async (world, io) => {
  const { words, value, values } = readOptions(io.args, "+F:v:f:e:");
  const rest = [...words];
  const file = value("f");
  const script = file === undefined ? rest.shift() : world.files.text(absolute(file, io.cwd));
  if (script === undefined) throw new ProgramError("usage: awk [-F SEP] [-v VAR=VAL] PROGRAM [FILE]...");
  const names = new Map(values("v").map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]));
  for (const [name, text] of names) names.set(name, escaped(text).text);
  const separator = value("F");
  if (separator !== undefined) names.set("FS", separator === "t" ? "\t" : escaped(separator).text);
  let written = "";
  const interpreter = new Interpreter(parseAwk(script), (text) => (written += text), names, io.env);
  const flush = async (): Promise<void> => {
    const text = written;
    written = "";
    if (text) await io.stdout(text);
  };
  let goesOn = interpreter.run("begin");
  await flush();
  let failed = false;
  if (goesOn && interpreter.readsLines) {
    const sources = sourcesOf(
      world,
      io,
      rest.filter((word) => !/^[A-Za-z_]\w*=/.test(word)),
    );
    failed = sources.failed;
    for (const source of sources.all) {
      if (!goesOn) break;
      interpreter.set("FILENAME", source.name ?? "");
      interpreter.set("FNR", 0);
      if (interpreter.separator("RS") === "\n") {
        for (
          let line = await source.input.line();
          line !== undefined && goesOn;
          line = goesOn ? await source.input.line() : undefined
        ) {
          goesOn = interpreter.run("line", line);
          await flush();
        }
      } else
        for (const record of recordsOf(await textIn(world, io, source), interpreter.separator("RS")))
          goesOn &&= interpreter.run("line", record);
    }
  }
  if (goesOn || interpreter.exitCode !== undefined) interpreter.run("end");
  await flush();
  return interpreter.exitCode ?? (failed ? 2 : 0);
};
