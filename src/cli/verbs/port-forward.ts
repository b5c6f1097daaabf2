/** `cox port-forward`: ports of this machine that lead into a pod. */
import { createServer, type Server, type Socket } from "node:net";
import { pathOf } from "../../client/http/rest-client.ts";
import { openPort } from "../../client/http/session.ts";
import type { Pod, Service } from "../../client/kinds.ts";
import { podFor } from "../pods/pods-of.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import type { Verb } from "./verb.ts";

interface Forward {
  readonly local: number;
  readonly remote: number;
}

export const portForward: Verb = {
  name: "port-forward",
  summary: "Lead ports of this machine to a pod",
  usage: "(POD | TYPE/NAME) [LOCAL_PORT:]REMOTE_PORT ...",
  flags: {
    address: { kind: "csv", default: "localhost", help: "where to listen" },
    "pod-running-timeout": { kind: "duration", default: "1m0s", help: "how long to wait for a pod" },
  },
  async run(session, flags) {
    const [word, ...ports] = flags.args;
    if (!word || !ports.length)
      throw new VerbError(
        "TYPE/NAME and list of ports are required for port-forward\nSee 'cox port-forward -h' for help and examples",
      );
    const ended = session.environment.interrupted();
    const pod = await podFor(session, word, flags.duration("pod-running-timeout"));
    if (pod.status.phase !== "Running")
      throw new VerbError(`unable to forward port because pod is not running. Current status=${pod.status.phase}`);
    const service = await serviceOf(session, word);
    const forwards = ports.map((text) => forwardOf(text, pod, service));
    const servers: Server[] = [];
    try {
      const hosts = flags.all("address").flatMap((host) => (host === "localhost" ? ["127.0.0.1", "::1"] : [host]));
      for (const forward of forwards) servers.push(...(await listenFor(session, pod, forward, hosts)));
      await new Promise<void>((resolve) => ended.addEventListener("abort", () => resolve(), { once: true }));
    } finally {
      for (const server of servers) server.close();
    }
  },
};

async function serviceOf(session: Session, word: string): Promise<Service | undefined> {
  const [type = "", name] = word.split("/");
  if (!name) return undefined;
  const resource = await session.resource(type);
  return resource.kind === "Service"
    ? ((await session.client.get(resource, session.namespace, name)) as unknown as Service)
    : undefined;
}

/** `8080:80`, `80`, `:80`, `8080:http`; a service's port is that of its pods. */
export function forwardOf(text: string, pod: Pod, service: Service | undefined): Forward {
  const [first = "", second] = text.split(":");
  const wanted = second ?? first;
  if (!wanted) throw new VerbError("remote port cannot be empty");
  const named = (name: string): number | undefined =>
    (pod.spec.containers ?? []).flatMap(({ ports }) => ports ?? []).find((port) => port.name === name)?.containerPort;
  const isNumber = (port: string): boolean => /^\d+$/.test(port);
  const ofService = service?.spec?.ports?.find(({ port, name }) =>
    isNumber(wanted) ? port === Number(wanted) : name === wanted,
  );
  if (service && !ofService)
    throw new VerbError(`Service ${service.metadata.name} does not have a service port ${wanted}`);
  const target = ofService
    ? service?.spec?.clusterIP === "None"
      ? ofService.port
      : (ofService.targetPort ?? ofService.port)
    : wanted;
  const remote = isNumber(String(target)) ? Number(target) : named(String(target));
  if (!remote) throw new VerbError(`Pod ${pod.metadata.name} does not have a named port '${target}'`);
  const local = second === undefined ? (isNumber(wanted) ? Number(wanted) : remote) : Number(first || 0);
  return { local, remote };
}

async function listenFor(
  session: Session,
  pod: Pod,
  { local, remote }: Forward,
  hosts: readonly string[],
): Promise<readonly Server[]> {
  const open: Server[] = [];
  let port = local;
  const faults: string[] = [];
  for (const host of hosts) {
    const server = createServer((socket) => void forward(session, pod, remote, socket));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
      const address = server.address();
      if (typeof address === "object" && address) port = address.port;
      session.out(`Forwarding from ${host.includes(":") ? `[${host}]` : host}:${port} -> ${remote}\n`);
      open.push(server);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (!open.length) throw new VerbError(`unable to listen on any of the requested ports: [{${local} ${remote}}]`);
  return open;
}

async function forward(session: Session, pod: Pod, port: number, socket: Socket): Promise<void> {
  session.out(`Handling connection for ${socket.localPort}\n`);
  socket.on("error", () => socket.destroy());
  socket.pause();
  const path = pathOf(await session.resource("pods"), pod.metadata.namespace, pod.metadata.name, "portforward");
  try {
    const connection = await openPort(
      session.client.transport,
      path,
      port,
      (bytes) => void socket.write(bytes),
      (error) => {
        if (error) session.err(`an error occurred forwarding ${socket.localPort} -> ${port}: ${error}\n`);
        socket.end();
      },
    );
    socket.on("data", (bytes) => connection.write(bytes));
    socket.on("close", () => connection.close());
    socket.resume();
  } catch (error) {
    session.err(`error: ${error instanceof Error ? error.message : error}\n`);
    socket.destroy();
  }
}
