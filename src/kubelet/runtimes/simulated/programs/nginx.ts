/** nginx: serves files and what its configuration says, until it is asked to end. */
import type { WebAnswer, WebRequest } from "../network.ts";
import { type Invocation, type Program, ProgramError, untilAborted, type World } from "../process.ts";
import { killedCode } from "../signals.ts";
import { textOf } from "../streams/input.ts";
import { formatTime } from "./date.ts";
import {
  NginxConfigError,
  type NginxLocation,
  type NginxServer,
  nginxConfigPath,
  readNginxConfig,
} from "./nginx-config.ts";

const types: Readonly<Record<string, string>> = {
  ...{ html: "text/html", htm: "text/html", css: "text/css", js: "application/javascript", json: "application/json" },
  ...{
    txt: "text/plain",
    xml: "text/xml",
    svg: "image/svg+xml",
    png: "image/png",
    jpg: "image/jpeg",
    ico: "image/x-icon",
  },
};

/** A line as nginx's default format `main` has it. */
function accessLine(ms: number, { from, method, path, headers }: WebRequest, { status, body }: WebAnswer): string {
  const time = formatTime(ms, "%d/%b/%Y:%H:%M:%S +0000");
  return `${from} - - [${time}] "${method} ${path} HTTP/1.1" ${status} ${body.length} "-" "${headers["user-agent"] ?? "-"}" "${headers["x-forwarded-for"] ?? "-"}"\n`;
}

const titles: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  403: "Forbidden",
  404: "Not Found",
  502: "Bad Gateway",
};

class Nginx {
  readonly #world: World;
  readonly #io: Invocation;
  #close: (() => void)[] = [];

  constructor(world: World, io: Invocation) {
    this.#world = world;
    this.#io = io;
  }

  /** Throws NginxConfigError, or ProgramError where a port is taken. */
  open(): void {
    const servers = readNginxConfig(this.#world.files);
    this.close();
    for (const port of new Set(servers.map((server) => server.port)))
      this.#listen(
        port,
        servers.filter((server) => server.port === port),
      );
  }

  close(): void {
    for (const close of this.#close.splice(0)) close();
  }

  log(level: string, text: string): void {
    const time = formatTime(this.#world.clock.now(), "%Y/%m/%d %H:%M:%S");
    void this.#io.stderr(`${time} [${level}] ${this.#io.pid}#${this.#io.pid}: ${text}\n`);
  }

  #listen(port: number, servers: readonly NginxServer[]): void {
    const serve = async (request: WebRequest): Promise<WebAnswer> => {
      const host = (request.headers.host ?? "").split(":")[0] ?? "";
      const server = servers.find(({ names }) => names.includes(host)) ?? servers[0];
      const answer = server ? await this.#answer(server, request) : this.#page(404);
      void this.#io.stdout(accessLine(this.#world.clock.now(), request, answer));
      return answer;
    };
    try {
      this.#close.push(this.#world.network.listen(port, serve));
    } catch {
      this.log("emerg", `bind() to 0.0.0.0:${port} failed (98: Address already in use)`);
      throw new ProgramError(`[emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)`);
    }
  }

  async #answer({ locations }: NginxServer, request: WebRequest): Promise<WebAnswer> {
    const path = decoded(request.path.split("?")[0] ?? "/");
    const location = locations.find(({ match }) => match(path));
    if (!location) return this.#page(404);
    if (location.answer) return this.#said(location.answer, request);
    if (location.proxy) return this.#passed(location, request);
    const below =
      location.alias === undefined ? location.root + path : location.alias + path.slice(location.prefix.length);
    const folder = this.#world.files.find(below);
    if (folder?.kind === "directory" && !path.endsWith("/"))
      return { ...this.#page(301), headers: { ...this.#headers("html"), location: `${path}/` } };
    const file =
      folder?.kind === "directory"
        ? location.index.map((name) => `${below}${name}`).find((name) => this.#world.files.find(name)?.kind === "file")
        : below;
    const node = file === undefined ? undefined : this.#world.files.find(file);
    if (node?.kind === "file")
      return { status: 200, headers: this.#headers(file?.split(".").at(-1) ?? ""), body: textOf(node.data) };
    return this.#page(folder?.kind === "directory" ? 403 : 404);
  }

  #said({ status, text }: { status: number; text: string }, { path, headers }: WebRequest): WebAnswer {
    const values: Readonly<Record<string, string>> = {
      hostname: this.#world.hostname,
      request_uri: path,
      uri: path.split("?")[0] ?? "",
      host: headers.host ?? "",
      server_addr: this.#world.ip,
    };
    const body = text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] as string) : whole,
    );
    if (status >= 300 && status < 400)
      return { ...this.#page(status), headers: { ...this.#headers("html"), location: body } };
    return body
      ? { status, headers: { ...this.#headers("txt"), "content-type": "application/octet-stream" }, body }
      : this.#page(status);
  }

  async #passed(
    { proxy = "", prefix }: NginxLocation,
    { method, path, headers, body }: WebRequest,
  ): Promise<WebAnswer> {
    const [, host = "", port = "80", base] = /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(proxy) ?? [];
    const address = this.#world.network.find(host)?.addresses[0];
    const asked = {
      method,
      path: base === undefined ? path : base + path.slice(prefix.length),
      headers: { ...headers, host },
      body,
    };
    const answer = address && (await this.#world.network.ask({ ip: address, port: Number(port) }, asked));
    return answer || this.#page(502);
  }

  #headers(extension: string): Record<string, string> {
    return { server: `nginx/${this.#world.version}`, "content-type": types[extension] ?? "application/octet-stream" };
  }

  #page(status: number): WebAnswer {
    const title = titles[status] ? `${status} ${titles[status]}` : String(status);
    const text = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.#world.version}</center>\r\n</body>\r\n</html>\r\n`;
    return { status, headers: this.#headers("html"), body: status < 300 ? "" : text };
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const master = "nginx: master process";

export const nginx: Program = async (world, io) => {
  const value = (flag: string): string | undefined =>
    io.args.includes(flag) ? io.args[io.args.indexOf(flag) + 1] : undefined;
  if (io.args.some((arg) => /^-[vV]$/.test(arg))) {
    void io.stderr(`nginx version: nginx/${world.version}\n`);
    return 0;
  }
  const server = new Nginx(world, io);
  try {
    if (io.args.includes("-t")) {
      readNginxConfig(world.files);
      void io.stderr(
        `nginx: the configuration file ${nginxConfigPath} syntax is ok\nnginx: configuration file ${nginxConfigPath} test is successful\n`,
      );
      return 0;
    }
    if (value("-s")) return sent(world, io, value("-s") as string);
    server.open();
  } catch (error) {
    if (!(error instanceof NginxConfigError)) throw error;
    const failed = io.args.includes("-t") ? `\nnginx: configuration file ${nginxConfigPath} test failed` : "";
    throw new ProgramError(`[emerg] ${error.message}${failed}`);
  }
  world.processes.rename(io.pid, `${master} ${[io.name, ...io.args].join(" ")}`);
  server.log("notice", `nginx/${world.version}`);
  server.log("notice", "start worker processes");
  return serve(server, io);
};

/** Until it is asked to end; a new configuration is taken on the way. */
async function serve(server: Nginx, io: Invocation): Promise<number> {
  const ended = new Promise<void>((resolve) => {
    io.signals.onSignal = (name) => {
      if (["TERM", "INT", "QUIT"].includes(name)) resolve();
      else if (name !== "HUP") return name !== "KILL";
      else {
        server.log("notice", "signal 1 (SIGHUP) received, reconfiguring");
        try {
          server.open();
        } catch (error) {
          server.log("emerg", error instanceof Error ? error.message : String(error));
        }
      }
      return true;
    };
  });
  await Promise.race([ended, untilAborted(io.signal)]);
  server.close();
  return io.signal.aborted ? killedCode : 0;
}

function sent({ processes }: World, io: Invocation, word: string): number {
  const signal = { reload: "HUP", quit: "QUIT", stop: "TERM", reopen: "USR1" }[word];
  if (!signal) throw new ProgramError(`invalid option: "-s ${word}"`);
  const found = processes.list().find(({ command }) => command.startsWith(master));
  if (!found) throw new ProgramError('[error] open() "/run/nginx.pid" failed (2: No such file or directory)');
  void io.stderr(
    `${formatTime(found.since, "%Y/%m/%d %H:%M:%S")} [notice] ${io.pid}#${io.pid}: signal process started\n`,
  );
  processes.signal(found.pid, signal);
  return 0;
}
