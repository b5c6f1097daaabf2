/** The servers that images bring: they answer until they are asked to end. */
import type { WebAnswer, WebRequest } from "./network.ts";
import { type Applet, type Invocation, untilAborted } from "./process.ts";
import { killedCode } from "./signals.ts";

/** `killedCode`, or 0 where it was asked in time. */
async function untilEnded({ signal, termination }: Invocation): Promise<number> {
  await Promise.race([untilAborted(signal), ...(termination ? [untilAborted(termination)] : [])]);
  return signal.aborted ? killedCode : 0;
}

/** A line as nginx's default format `combined` has it. */
function accessLine(ms: number, { from, method, path, headers }: WebRequest, { status, body }: WebAnswer): string {
  const time = new Date(ms).toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1/$2/$3:$4 +0000");
  const agent = headers["user-agent"] ?? "-";
  return `${from} - - [${time}] "${method} ${path} HTTP/1.1" ${status} ${body.length} "-" "${agent}" "-"\n`;
}

const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html>\n<head>\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body>\n</html>\n`;

const root = "/usr/share/nginx/html";

const nginx: Applet = async (world, io) => {
  const headers = { server: `nginx/${world.version}`, "content-type": "text/html" };
  const answer = ({ path }: WebRequest): WebAnswer => {
    const name = path.split("?")[0] === "/" ? "/index.html" : (path.split("?")[0] ?? "/");
    const body = world.files.read(`${root}${name}`);
    if (body !== undefined) return { status: 200, headers, body };
    return { status: 404, headers, body: page("404 Not Found", `nginx/${world.version}`) };
  };
  try {
    const close = world.network.listen(80, (request) => {
      const given = answer(request);
      io.stdout(accessLine(world.clock.now(), request, given));
      return given;
    });
    const code = await untilEnded(io);
    close();
    return code;
  } catch {
    io.stderr("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n");
    return 1;
  }
};

export const servers: Readonly<Record<string, Applet>> = { nginx, pause: (_, io) => untilEnded(io) };

/** What the image of nginx has on its disk. */
export const nginxFiles = (version: string): Readonly<Record<string, string>> => ({
  [`${root}/index.html`]: page("Welcome to nginx!", `This is nginx ${version}, on a simulated node.`),
  "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n",
});
