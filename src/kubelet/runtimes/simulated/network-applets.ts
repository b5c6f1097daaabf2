/** The programs of simulated containers that use the network: wget, httpd, nc, nslookup. */
import { type Applet, absolute, untilAborted } from "./process.ts";
import { killedCode } from "./signals.ts";

/** Which of wget's options take a word of their own. */
const wgetWithWord = new Set(["-O", "-T", "-P", "-o", "-t", "--header", "--post-data", "--timeout", "--tries", "-U"]);

interface Download {
  readonly url: string;
  /** `-`: to standard output. */
  readonly file: string | undefined;
  readonly quiet: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

function readDownload(args: readonly string[]): Download {
  const words: string[] = [];
  const headers: Record<string, string> = { "user-agent": "Wget" };
  const said = { file: undefined as string | undefined, quiet: false, body: undefined as string | undefined };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    // short options may stand together, the last of them with its word: -qO-
    const short = /^-([a-zA-Z]+)(.*)$/.exec(arg);
    const [name = arg, joined] = arg.startsWith("--") ? arg.split(/=(.*)/s) : [arg];
    const last = short && !arg.startsWith("--") ? `-${/[OTPotU]/.exec(short[1] ?? "")?.[0] ?? ""}` : name;
    if (!arg.startsWith("-") || arg === "-") {
      words.push(arg);
      continue;
    }
    if (/^-[a-zA-Z]*q/.test(arg) || name === "--quiet") said.quiet = true;
    if (!wgetWithWord.has(last)) continue;
    const inside = arg.startsWith("--") ? joined : arg.slice(arg.indexOf(last.slice(1)) + 1) || undefined;
    const word = inside ?? args[++i] ?? "";
    if (last === "-O") said.file = word;
    if (last === "--post-data") said.body = word;
    if (last === "--header") headers[word.split(":")[0]?.trim().toLowerCase() ?? ""] = word.replace(/^[^:]*:\s*/, "");
  }
  return { url: words[0] ?? "", headers, ...said };
}

const wget: Applet = async (world, io) => {
  const { url, file, quiet, headers, body } = readDownload(io.args);
  const found = /^(?:(https?):\/\/)?([^/:?]+)(?::(\d+))?([/?].*)?$/.exec(url);
  const [scheme = "http", host = "", port = scheme === "https" ? "443" : "80", path = "/"] = found?.slice(1) ?? [];
  const address = world.network.find(host)?.addresses[0];
  if (!address) {
    io.stderr(`wget: bad address '${host}'\n`);
    return 1;
  }
  const to = { ip: address, port: Number(port) };
  if (!quiet) io.stderr(`Connecting to ${host} (${address}:${port})\n`);
  const method = body === undefined ? "GET" : "POST";
  const answer = await world.network.ask(to, { method, path, headers: { ...headers, host }, body: body ?? "" });
  if (!answer) {
    io.stderr(`wget: can't connect to remote host (${address}): Connection refused\n`);
    return 1;
  }
  if (answer.status >= 400) {
    io.stderr(`wget: server returned error: HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}\n`);
    return 1;
  }
  if (file === "-") io.stdout(answer.body);
  else world.files.write(absolute(file ?? (path.split("/").at(-1)?.split("?")[0] || "index.html"), io), answer.body);
  return 0;
};

const reasonOf = (status: number): string =>
  ({ 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error" })[
    status
  ] ?? "";

const httpd: Applet = async (world, io) => {
  const value = (flag: string): string | undefined => io.args[io.args.indexOf(flag) + 1];
  const port = Number((io.args.includes("-p") ? value("-p") : "80")?.split(":").at(-1));
  const root = io.args.includes("-h") ? absolute(value("-h") ?? "/", io) : io.cwd.path;
  try {
    const close = world.network.listen(port, ({ path }) => {
      const name = path.split("?")[0] === "/" ? "/index.html" : (path.split("?")[0] ?? "/");
      const body = world.files.read(`${root}${name}`);
      const headers = { "content-type": "text/html" };
      return body === undefined ? { status: 404, headers, body: "404 Not Found\n" } : { status: 200, headers, body };
    });
    const end = untilAborted(io.signal).then(close);
    // without -f it goes on in the background
    if (io.args.some((arg) => /^-\w*f/.test(arg))) await end;
    return io.signal.aborted ? killedCode : 0;
  } catch {
    io.stderr("httpd: bind: Address already in use\n");
    return 1;
  }
};

const nslookup: Applet = async ({ network }, io) => {
  const [name = ""] = io.args.filter((arg) => !arg.startsWith("-"));
  const [server = "127.0.0.1"] = network.nameServers;
  const found = network.find(name);
  io.stdout(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  if (!found) {
    io.stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  for (const address of found.addresses) io.stdout(`Name:\t${found.name}\nAddress: ${address}\n`);
  io.stdout("\n");
  return 0;
};

/** `nc -z HOST PORT`, as far as scripts use it: is somebody there? */
const nc: Applet = async ({ network }, io) => {
  const words = io.args.filter((arg, i) => !arg.startsWith("-") && io.args[i - 1] !== "-w");
  const [host = "", port = ""] = words;
  const address = network.find(host)?.addresses[0];
  if (!address) {
    io.stderr(`nc: bad address '${host}'\n`);
    return 1;
  }
  if (network.isOpen({ ip: address, port: Number(port) })) {
    if (io.args.some((arg) => /^-\w*v/.test(arg))) io.stderr(`${host} (${address}:${port}) open\n`);
    return 0;
  }
  io.stderr(`nc: ${host} (${address}:${port}): Connection refused\n`);
  return 1;
};

export const networkApplets: Readonly<Record<string, Applet>> = { wget, httpd, nslookup, nc };
