/** `wget` and `curl`, over the pretended network. */
import type { WebAnswer } from "../network.ts";
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { bytesOf } from "../streams/input.ts";
import { openOutput } from "./open.ts";
import { type Options, readOptions } from "./options.ts";

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: string;
}

function targetOf(url: string): Target {
  const found = /^(?:(https?):\/\/)?(?:[^/@]*@)?(\[[^\]]+\]|[^/:?]+)(?::(\d+))?([/?].*)?$/.exec(url);
  const [scheme = "http", host = "", port, path = "/"] = found?.slice(1) ?? [];
  return {
    scheme,
    host,
    port: Number(port ?? (scheme === "https" ? 443 : 80)),
    path: path.startsWith("?") ? `/${path}` : path,
  };
}

const reasons: Readonly<Record<number, string>> = {
  ...{ 200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified" },
  ...{ 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed" },
  ...{ 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout" },
};
const reasonOf = (status: number): string => reasons[status] ?? "";

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", value = ""] = line.split(/:\s*(.*)/s);
      return [name.trim().toLowerCase(), value];
    }),
  );
}

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In seconds; undefined: as long as it takes. */
  readonly limit: number | undefined;
}

/** `refused`, `timeout`: there was no answer. */
async function ask(
  { network, clock }: World,
  address: string,
  { host, port, path }: Target,
  asked: Asked,
): Promise<WebAnswer | "refused" | "timeout"> {
  const given = network.ask({ ip: address, port }, { ...asked, path, headers: { host, ...asked.headers } });
  if (asked.limit === undefined) return (await given) ?? "refused";
  let cancel = (): void => {};
  const late = new Promise<"timeout">((resolve) => {
    const timer = clock.after((asked.limit ?? 0) * 1000, () => resolve("timeout"));
    cancel = () => timer.cancel();
  });
  const first = await Promise.race([given.then((answer) => answer ?? ("refused" as const)), late]);
  cancel();
  return first;
}

const long = {
  header: "H",
  "post-data": "D",
  "post-file": "F",
  timeout: "T",
  tries: "t",
  spider: "x",
  quiet: "q",
  "output-document": "O",
  "no-check-certificate": "k",
  "user-agent": "U",
};

const wget: Program = async (world, io) => {
  const options = readOptions(io.args, "qcSO:P:o:T:t:U:Y:H:D:F:kxn", long);
  const { value, has } = options;
  const [url] = options.words;
  if (url === undefined) throw new ProgramError("missing URL");
  let target = targetOf(url);
  const headers = { "user-agent": value("U") ?? "Wget", ...headersOf(options.values("H")) };
  const body =
    value("D") ?? (value("F") === undefined ? undefined : world.files.text(absolute(value("F") as string, io.cwd)));
  const tell = (text: string): void => {
    if (!has("q")) void io.stderr(text);
  };
  for (let hops = 0; ; hops++) {
    const address = world.network.find(target.host)?.addresses[0];
    if (!address) throw new ProgramError(`bad address '${target.host}'`);
    tell(`Connecting to ${target.host} (${address}:${target.port})\n`);
    const limit = value("T") === undefined ? undefined : Number(value("T"));
    const answer = await ask(world, address, target, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body ?? "",
      limit,
    });
    if (answer === "refused") throw new ProgramError(`can't connect to remote host (${address}): Connection refused`);
    if (answer === "timeout") throw new ProgramError("download timed out");
    if (has("S"))
      void io.stderr(
        `  HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}\n${Object.entries(answer.headers ?? {})
          .map(([name, text]) => `  ${name}: ${text}\n`)
          .join("")}`,
      );
    const location = answer.headers?.location;
    if (location && answer.status >= 300 && answer.status < 400 && hops < 5) {
      target = location.startsWith("/") ? { ...target, path: location } : targetOf(location);
      continue;
    }
    if (answer.status >= 400)
      throw new ProgramError(`server returned error: HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}`);
    if (has("x")) tell("remote file exists\n");
    else await save(world, io, { options, target, body: answer.body, tell });
    return 0;
  }
};

interface Saved {
  readonly options: Options;
  readonly target: Target;
  readonly body: string;
  readonly tell: (text: string) => void;
}

async function save(world: World, io: Invocation, { options, target, body, tell }: Saved): Promise<void> {
  const named = options.value("O");
  const name = named ?? (target.path.split("?")[0]?.split("/").at(-1) || "index.html");
  const bar = `${name.slice(0, 20).padEnd(20)} 100% |${"*".repeat(32)}| ${String(bytesOf(body).length).padStart(5)}  0:00:00 ETA\n`;
  if (name === "-") {
    tell("writing to stdout\n");
    await io.stdout(body);
    tell(`${bar}written to stdout\n`);
    return;
  }
  const folder = absolute(options.value("P") ?? ".", io.cwd);
  const path = absolute(name, folder);
  if (named === undefined && world.files.find(path)) throw new ProgramError(`can't open '${name}': File exists`);
  tell(`saving to '${name}'\n`);
  try {
    await openOutput(world, path, io)(body);
  } catch (error) {
    throw new ProgramError(`can't open '${name}': ${error instanceof Error ? error.message : error}`);
  }
  tell(`${bar}'${name}' saved\n`);
}

const curlLong = {
  ...{
    silent: "s",
    "show-error": "S",
    output: "o",
    "write-out": "w",
    head: "I",
    include: "i",
    request: "X",
    data: "d",
  },
  ...{
    header: "H",
    location: "L",
    insecure: "k",
    verbose: "v",
    fail: "f",
    "max-time": "m",
    "connect-timeout": "m",
    url: "U",
  },
  ...{ "data-raw": "d", "user-agent": "A", cacert: "E", user: "u", retry: "R", compressed: "z", "data-binary": "d" },
};

const curl: Program = async (world, io) => {
  const options = readOptions(io.args, "sSIo:w:iX:d:H:LkvfOm:A:E:u:U:R:zNgx:", curlLong);
  const { has, value } = options;
  const urls = [...options.words, ...options.values("U")];
  if (!urls.length) throw new ProgramError("(2) no URL specified", 2);
  const fail = (code: number, text: string): ProgramError =>
    new ProgramError(has("s") && !has("S") ? "" : `(${code}) ${text}`, code);
  for (const url of urls) {
    let target = targetOf(url);
    const data = options.values("d").join("&");
    const method = value("X") ?? (has("I") ? "HEAD" : has("d") ? "POST" : "GET");
    const headers = { "user-agent": value("A") ?? "curl/8.11.0", accept: "*/*", ...headersOf(options.values("H")) };
    const limit = value("m") === undefined ? undefined : Number(value("m"));
    let answer: WebAnswer | "refused" | "timeout" = "refused";
    for (let hops = 0; ; hops++) {
      const address = world.network.find(target.host)?.addresses[0];
      if (!address) throw fail(6, `Could not resolve host: ${target.host}`);
      if (has("v"))
        void io.stderr(
          `*   Trying ${address}:${target.port}...\n* Connected to ${target.host} (${address}) port ${target.port}\n> ${method} ${target.path} HTTP/1.1\n> Host: ${target.host}\n> \n`,
        );
      answer = await ask(world, address, target, {
        method: method === "HEAD" ? "GET" : method,
        headers,
        body: data,
        limit,
      });
      if (answer === "refused")
        throw fail(7, `Failed to connect to ${target.host} port ${target.port} after 0 ms: Couldn't connect to server`);
      if (answer === "timeout")
        throw fail(28, `Operation timed out after ${(limit ?? 0) * 1000} milliseconds with 0 bytes received`);
      const location = answer.headers?.location;
      if (!location || !has("L") || answer.status < 300 || answer.status >= 400 || hops > 10) break;
      target = location.startsWith("/") ? { ...target, path: location } : targetOf(location);
    }
    const head = `HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}\r\n${Object.entries(answer.headers ?? {})
      .map(([name, text]) => `${name}: ${text}\r\n`)
      .join("")}content-length: ${bytesOf(answer.body).length}\r\n\r\n`;
    if (has("v")) void io.stderr(head.replace(/^/gm, "< ").replace(/\r/g, "").replace(/< $/, ""));
    if (has("f") && answer.status >= 400) throw fail(22, `The requested URL returned error: ${answer.status}`);
    const body = (has("i") || has("I") ? head : "") + (has("I") ? "" : answer.body);
    const to = has("O") ? (target.path.split("/").at(-1) ?? "") : value("o");
    if (to === undefined || to === "-") await io.stdout(body);
    else await openOutput(world, absolute(to, io.cwd), io)(body);
    const after = value("w");
    if (after !== undefined) await io.stdout(writtenOut(after, answer, target));
  }
  return 0;
};

const writtenOut = (format: string, { status, body, headers }: WebAnswer, { host }: Target): string =>
  format
    .replace(
      /%\{(\w+)\}/g,
      (_, name: string) =>
        ({
          http_code: String(status),
          response_code: String(status),
          size_download: String(bytesOf(body).length),
          remote_ip: host,
          time_total: "0.001",
          content_type: headers?.["content-type"] ?? "",
        })[name] ?? "",
    )
    .replace(/\\n/g, "\n")
    .replace(/\\t/g, "\t");

export const downloading: Readonly<Record<string, Program>> = { wget, curl };
