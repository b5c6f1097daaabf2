/** `sed`: what people use of it. */
import { absolute, type Program } from "../../process.ts";
import { linesOf, sourcesOf, textIn } from "../inputs.ts";
import { readOptions } from "../options.ts";
import { Sed } from "./lines.ts";
import { type SedCommand, SedParser } from "./parser.ts";

export const sed: Program = async (world, io) => {
  // -i may have a suffix joined to it
  const inPlace = io.args.some((arg) => /^-[nEr]*i/.test(arg));
  const args = io.args.flatMap((arg) =>
    /^-[nEr]*i/.test(arg) ? (/^-[nEr]+i/.test(arg) ? [arg.replace(/i.*/, "")] : []) : [arg],
  );
  const { words, values, has } = readOptions(args, "ne:f:Ersuz", {
    expression: "e",
    quiet: "n",
    "regexp-extended": "E",
  });
  const scripts = [...values("e"), ...values("f").map((path) => world.files.text(absolute(path, io.cwd)))];
  const paths = [...words];
  if (!scripts.length) scripts.push(paths.shift() ?? "");
  const parse = (): SedCommand[] => new SedParser(scripts.join("\n"), has("E") || has("r")).all();
  const { all, failed } = sourcesOf(world, io, paths);
  if (inPlace) {
    for (const source of all) {
      const path = absolute(source.name ?? "", io.cwd);
      const made = new Sed(parse(), linesOf(await textIn(world, io, source)), has("n")).run();
      world.files.write(path, new TextEncoder().encode(made.map((line) => `${line}\n`).join("")));
    }
    return failed ? 1 : 0;
  }
  const texts: string[] = [];
  for (const source of all) texts.push(await textIn(world, io, source));
  const text = texts.join("");
  const run = new Sed(parse(), texts.flatMap(linesOf), has("n"));
  const made = run
    .run()
    .map((line) => `${line}\n`)
    .join("");
  // a last line without an end stays so
  await io.stdout(text.endsWith("\n") || text === "" ? made : made.replace(/\n$/, ""));
  return run.code || (failed ? 1 : 0);
};
