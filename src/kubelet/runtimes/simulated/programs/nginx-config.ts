/** The part of nginx's configuration that its simulation follows (https://nginx.org/en/docs/ngx_core_module.html). */
import type { FileSpace } from "../files/file-space.ts";
import { matches } from "../shell/patterns.ts";
import { textOf } from "../streams/input.ts";

interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly block?: readonly Directive[];
}

export interface NginxLocation {
  readonly match: (path: string) => boolean;
  /** The longest wins; exact ones before all others. */
  readonly weight: number;
  readonly prefix: string;
  readonly root: string;
  readonly alias: string | undefined;
  readonly answer: { readonly status: number; readonly text: string } | undefined;
  readonly proxy: string | undefined;
  readonly index: readonly string[];
}

export interface NginxServer {
  readonly port: number;
  readonly names: readonly string[];
  readonly locations: readonly NginxLocation[];
}

export const nginxConfigPath = "/etc/nginx/nginx.conf";

/** In nginx's words. */
export class NginxConfigError extends Error {
  override readonly name = "NginxConfigError";
}

function parse(text: string, path: string): Directive[] {
  const tokens = [
    ...text.matchAll(/#[^\n]*|"(?:\\.|[^"])*"|'(?:\\.|[^'])*'|[{};]|(?:\\.|\$\{\w+\}|[^\s{};])+/g),
  ].filter(([token]) => !token.startsWith("#"));
  let at = 0;
  const line = (): number => text.slice(0, tokens[Math.min(at, tokens.length - 1)]?.index ?? 0).split("\n").length;
  const block = (inner: boolean): Directive[] => {
    const made: Directive[] = [];
    for (;;) {
      if (tokens[at]?.[0] === "}" && inner) {
        at++;
        return made;
      }
      if (at >= tokens.length) {
        if (!inner) return made;
        throw new NginxConfigError(`unexpected end of file, expecting "}" in ${path}:${text.split("\n").length}`);
      }
      const words: string[] = [];
      while (at < tokens.length && !/^[{};]$/.test(tokens[at]?.[0] ?? ""))
        words.push((tokens[at++]?.[0] ?? "").replace(/^(["'])([\s\S]*)\1$/, "$2"));
      const end = tokens[at]?.[0];
      if (end === undefined)
        throw new NginxConfigError(
          `unexpected end of file, expecting ";" or "}" in ${path}:${text.split("\n").length}`,
        );
      if (end === "}") throw new NginxConfigError(`unexpected "}" in ${path}:${line()}`);
      at++;
      const [name = "", ...rest] = words;
      made.push(end === "{" ? { name, words: rest, block: block(true) } : { name, words: rest });
    }
  };
  return block(false);
}

/** The directives of a file, with those of the files that it includes in their place. Throws NginxConfigError. */
function load(files: FileSpace, path: string): Directive[] {
  const node = files.find(path);
  if (node?.kind !== "file") throw new NginxConfigError(`open() "${path}" failed (2: No such file or directory)`);
  const included = (all: readonly Directive[]): Directive[] =>
    all.flatMap((directive) => {
      if (directive.block) return [{ ...directive, block: included(directive.block) }];
      if (directive.name !== "include") return [directive];
      const [word = ""] = directive.words;
      const pattern = word.startsWith("/") ? word : `/etc/nginx/${word}`;
      const folder = pattern.slice(0, pattern.lastIndexOf("/"));
      const names = files.find(folder)?.kind === "directory" ? files.list(folder) : [];
      return names
        .filter(
          (name) => matches(name, pattern.slice(folder.length + 1)) && files.find(`${folder}/${name}`)?.kind === "file",
        )
        .flatMap((name) => load(files, `${folder}/${name}`));
    });
  return included(parse(textOf(node.data), path));
}

const wordOf = (block: readonly Directive[], name: string): readonly string[] | undefined =>
  block.find((each) => each.name === name)?.words;

function locationOf({ words, block = [] }: Directive, server: readonly Directive[]): NginxLocation {
  const [first = "/", second] = words;
  const prefix = second ?? first;
  const isForm = first === "~" || first === "~*";
  const form = isForm ? new RegExp(prefix, first === "~*" ? "i" : "") : undefined;
  const answer = wordOf(block, "return");
  return {
    prefix,
    match: (path) => (form ? form.test(path) : first === "=" ? path === prefix : path.startsWith(prefix)),
    weight: first === "=" ? 1e6 : form ? 1e5 : prefix.length,
    root: (wordOf(block, "root") ?? wordOf(server, "root"))?.[0] ?? "/etc/nginx/html",
    alias: wordOf(block, "alias")?.[0],
    answer: answer && answerOf(answer),
    proxy: wordOf(block, "proxy_pass")?.[0],
    index: wordOf(block, "index") ?? wordOf(server, "index") ?? ["index.html"],
  };
}

function answerOf([status = "200", text = ""]: readonly string[]): { status: number; text: string } {
  if (/^https?:/.test(status)) return { status: 302, text: status };
  return { status: Number(status), text: text.replace(/\\n/g, "\n").replace(/\\(["'])/g, "$1") };
}

/** The servers that the configuration has. Throws NginxConfigError. */
export function readNginxConfig(files: FileSpace, path = nginxConfigPath): NginxServer[] {
  const http = load(files, path)
    .filter(({ name }) => name === "http")
    .flatMap(({ block = [] }) => block);
  return http
    .filter(({ name }) => name === "server")
    .flatMap(({ block = [] }) => {
      const listens = block
        .filter(({ name, words }) => name === "listen" && !words[0]?.startsWith("["))
        .map(({ words }) => Number((words[0] ?? "80").split(":").at(-1)) || 80);
      const locations = block.filter(({ name }) => name === "location").map((each) => locationOf(each, block));
      const own = locationOf(
        { name: "location", words: ["/"], block: block.filter(({ name }) => name !== "location") },
        block,
      );
      const sorted = [...locations, { ...own, weight: own.answer ? 1e7 : -1 }].sort((a, b) => b.weight - a.weight);
      return [...new Set(listens.length ? listens : [80])].map((port) => ({
        port,
        names: wordOf(block, "server_name") ?? [],
        locations: sorted,
      }));
    });
}
