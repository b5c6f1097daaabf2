/** Other servers that images bring: each answers until it is asked to end. */
import type { WebAnswer, WebRequest } from "../network.ts";
import { type Invocation, type Program, ProgramError, untilAborted, type World } from "../process.ts";
import { killedCode } from "../signals.ts";
import { textOf } from "../streams/input.ts";
import { formatTime } from "./date.ts";

/** Waits for a signal that asks for the end: gives `code` then. */
export async function untilAsked({ signal, signals }: Invocation, code = 0): Promise<number> {
  const asked = new Promise<void>((resolve) => {
    signals.onSignal = (name) => {
      if (!["TERM", "INT", "QUIT"].includes(name)) return name !== "KILL";
      resolve();
      return true;
    };
  });
  await Promise.race([asked, untilAborted(signal)]);
  return signal.aborted ? killedCode : code;
}

type Answer = (request: WebRequest) => WebAnswer | Promise<WebAnswer>;

async function serveOn(world: World, io: Invocation, port: number, answer: Answer): Promise<number> {
  let close: () => void;
  try {
    close = world.network.listen(port, answer);
  } catch {
    throw new ProgramError(`listen tcp :${port}: bind: address already in use`);
  }
  const code = await untilAsked(io);
  close();
  return code;
}

/** Apache's `httpd-foreground`. */
const apache: Program = (world, io) => {
  void io.stderr(
    `[${formatTime(world.clock.now(), "%a %b %d %H:%M:%S.000000 %Y")}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/${world.version} (Unix) configured -- resuming normal operations\n`,
  );
  return serveOn(world, io, 80, (request) => {
    const path = (request.path.split("?")[0] ?? "/").replace(/\/$/, "/index.html");
    const node = world.files.find(`/usr/local/apache2/htdocs${path}`);
    const headers = { server: `Apache/${world.version} (Unix)`, "content-type": "text/html" };
    const answer =
      node?.kind === "file"
        ? { status: 200, headers, body: textOf(node.data) }
        : {
            status: 404,
            headers,
            body: '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n',
          };
    void io.stdout(
      `${request.from} - - [${formatTime(world.clock.now(), "%d/%b/%Y:%H:%M:%S +0000")}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${answer.body.length}\n`,
    );
    return answer;
  });
};

/** The words of a command go to the server as the body of a request, and its answer back as text. */
const redisMethod = "REDIS";
const redisPort = 6379;

const redisServer: Program = (world, io) => {
  const values = new Map<string, string>();
  const at = io.args.indexOf("--port");
  const port = at < 0 ? redisPort : Number(io.args[at + 1]);
  const time = formatTime(world.clock.now(), "%d %b %Y %H:%M:%S.000");
  void io.stdout(
    `1:C ${time} * Redis version=${world.version}, bits=64, commit=00000000, modified=0, pid=1, just started\n1:M ${time} * Ready to accept connections tcp\n`,
  );
  return serveOn(world, io, port, ({ method, body }) =>
    method === redisMethod
      ? { status: 200, body: redisAnswer(values, JSON.parse(body) as string[]) }
      : { status: 400, body: "" },
  );
};

function redisAnswer(values: Map<string, string>, [name = "", key = "", ...rest]: readonly string[]): string {
  const value = values.get(key);
  const counted = (by: number): string => {
    const made = String(Number(value ?? 0) + by);
    values.set(key, made);
    return `(integer) ${made}`;
  };
  switch (name.toUpperCase()) {
    case "PING":
      return key || "PONG";
    case "SET":
      values.set(key, rest[0] ?? "");
      return "OK";
    case "GET":
      return value === undefined ? "(nil)" : `"${value}"`;
    case "DEL":
      return `(integer) ${values.delete(key) ? 1 : 0}`;
    case "EXISTS":
      return `(integer) ${value === undefined ? 0 : 1}`;
    case "INCR":
      return counted(1);
    case "DECR":
      return counted(-1);
    case "KEYS":
      return [...values.keys()].map((each, i) => `${i + 1}) "${each}"`).join("\n") || "(empty array)";
    case "DBSIZE":
      return `(integer) ${values.size}`;
    case "FLUSHALL":
      values.clear();
      return "OK";
    default:
      return `(error) ERR unknown command '${name}', with args beginning with: ${key ? `'${key}' ` : ""}`;
  }
}

const redisClient: Program = async (world, io) => {
  const words = [...io.args];
  const to = { host: "127.0.0.1", port: redisPort };
  while (/^-[hpan]$/.test(words[0] ?? "")) {
    const [flag, value = ""] = words.splice(0, 2);
    if (flag === "-h") to.host = value;
    if (flag === "-p") to.port = Number(value);
  }
  const address = world.network.find(to.host)?.addresses[0];
  const ask = async (command: readonly string[]): Promise<boolean> => {
    const answer =
      address &&
      (await world.network.ask(
        { ip: address, port: to.port },
        { method: redisMethod, path: "/", headers: {}, body: JSON.stringify(command) },
      ));
    if (!answer)
      void io.stderr(
        `Could not connect to Redis at ${to.host}:${to.port}: ${address ? "Connection refused" : "Name or service not known"}\n`,
      );
    else
      await io.stdout(
        `${
          io.terminal
            ? answer.body
            : answer.body
                .replace(/^"(.*)"$/s, "$1")
                .replace(/^\(integer\) /, "")
                .replace(/^\(nil\)$/, "")
        }\n`,
      );
    return Boolean(answer);
  };
  if (words.length) return (await ask(words)) ? 0 : 1;
  for (;;) {
    if (io.terminal) await io.stdout(`${to.host}:${to.port}> `);
    const line = await io.stdin.line();
    const command = line?.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, "$2")) ?? [];
    if (line === undefined || /^(quit|exit)$/i.test(command[0] ?? "")) return 0;
    if (command.length) await ask(command);
  }
};

/** Of agnhost, what many examples use. */
const agnhost: Program = async (world, io) => {
  const [command = "netexec", ...rest] = io.args;
  const flag = (name: string): string | undefined =>
    rest.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1] ??
    (rest.includes(`--${name}`) ? rest[rest.indexOf(`--${name}`) + 1] : undefined);
  const text = { "content-type": "text/plain; charset=utf-8" };
  if (command === "pause") return untilAsked(io);
  if (command === "serve-hostname")
    return serveOn(world, io, Number(flag("port") ?? 9376), () => ({
      status: 200,
      headers: text,
      body: world.hostname,
    }));
  if (command !== "netexec") throw new ProgramError(`unknown command "${command}" for "app"`);
  return serveOn(world, io, Number(flag("http-port") ?? 8080), ({ path, from }) => {
    const [name = "/", query = ""] = path.split("?");
    const asked = new URLSearchParams(query);
    const said = (body: string): WebAnswer => ({ status: 200, headers: text, body });
    switch (name.toLowerCase()) {
      case "/":
        return said(`NOW: ${new Date(world.clock.now()).toISOString()}`);
      case "/hostname":
        return said(world.hostname);
      case "/clientip":
        return said(`${from}:40000`);
      case "/echo":
        return { status: Number(asked.get("code") ?? 200), headers: text, body: asked.get("msg") ?? "" };
      case "/healthz":
        return { status: 200, headers: text, body: "" };
      case "/exit":
        world.processes.signal(io.pid, "TERM");
        return said("");
      default:
        return { status: 404, headers: text, body: "404 page not found\n" };
    }
  });
};

const hello: Program = async (_, io) => {
  await io.stdout(
    "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\nThis container is simulated: nothing was downloaded, and no program of the image was run.\n\n",
  );
  return 0;
};

export const servers: Readonly<Record<string, Program>> = {
  ...{
    "httpd-foreground": apache,
    "redis-server": redisServer,
    "redis-cli": redisClient,
    agnhost,
    hello,
    pause: (_, io) => untilAsked(io),
  },
};
