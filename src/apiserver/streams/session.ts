/** `pods/exec`, `pods/attach` and `pods/portforward`: a connection that changes its protocol and goes on to the node. */
import { badRequest } from "../../api/errors.ts";
import type { HttpResponse } from "../exchange.ts";
import { admitConnection } from "../handlers/connect.ts";
import type { Scope } from "../handlers/scope.ts";
import { isTrue } from "../request-info.ts";
import type { Sessions } from "../server.ts";
import { proxyUpgrade } from "../subresources/proxy.ts";
import type { NodeConnections, SessionRequest, Takeover } from "./node-connection.ts";
import { connectionOf, containerOf, findPod, targetOf } from "./pod-container.ts";

export type SessionKind = SessionRequest["kind"];
export const isSessionKind = (subresource: string): subresource is SessionKind =>
  ["exec", "attach", "portforward"].includes(subresource);

/** What takes the connection over. Throws ApiError. */
export async function openSession(scope: Scope, nodes: NodeConnections): Promise<Takeover> {
  await admitConnection(scope);
  const { request, info } = scope;
  const pod = await findPod(scope);
  const asked = await sessionRequest(scope, pod);
  const connection = connectionOf(pod, nodes);
  if (asked.kind === "exec" && !asked.command.length)
    throw badRequest("you must specify at least 1 command for the container");
  if (info.subresource !== "portforward" && pod.status.phase === "Succeeded")
    throw badRequest("cannot exec into a container in a completed pod; current phase is Succeeded");
  if (info.subresource !== "portforward" && pod.status.phase === "Failed")
    throw badRequest("cannot exec into a container in a completed pod; current phase is Failed");
  return connection.session(targetOf(pod), asked, { method: request.method, headers: request.headers });
}

/** Sessions with what runs in pods, and with what pods, services and nodes serve. */
export const nodeSessions =
  (nodes: NodeConnections): Sessions =>
  async (_request, info, scope) => {
    if (info.resource === "pods" && isSessionKind(info.subresource)) return openSession(scope(), nodes);
    return info.subresource === "proxy" && info.group === "" ? proxyUpgrade(scope(), nodes) : undefined;
  };

/** Answers those who do not ask for another protocol. */
export function withoutUpgrade(nodes: NodeConnections): (scope: Scope) => Promise<HttpResponse> {
  return async (scope) => {
    const pod = await findPod(scope);
    await sessionRequest(scope, pod);
    connectionOf(pod, nodes);
    throw badRequest("Upgrade request required");
  };
}

async function sessionRequest(
  { info, request }: Scope,
  pod: Awaited<ReturnType<typeof findPod>>,
): Promise<SessionRequest> {
  const { query } = request;
  if (info.subresource === "portforward") {
    return { kind: "portforward", ports: query.getAll("ports").map(Number) };
  }
  const flag = (name: string): boolean => isTrue(query.get(name));
  return {
    kind: info.subresource as "exec" | "attach",
    container: containerOf(pod, query.get("container") ?? ""),
    command: query.getAll("command"),
    stdin: flag("stdin"),
    stdout: flag("stdout"),
    stderr: flag("stderr") && !flag("tty"),
    tty: flag("tty"),
  };
}
