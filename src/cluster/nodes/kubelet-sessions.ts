/** Sessions and commands on a kubelet's own port, for `nodes/NAME/proxy`: `/exec`, `/attach`, `/portForward`, `/run`. */
import { ApiError } from "../../api/errors.ts";
import type { HttpResponse } from "../../apiserver/exchange.ts";
import { respondText } from "../../apiserver/handlers/respond.ts";
import type { PodRequest, PodTarget, SessionRequest } from "../../apiserver/streams/node-connection.ts";
import type { Kubelet } from "../../kubelet/kubelet.ts";
import { latestOf } from "../../kubelet/pod/observed.ts";

interface Place {
  readonly pod: PodTarget;
  readonly container: string;
}

export interface NodeSession {
  readonly pod: PodTarget;
  readonly request: SessionRequest;
}

const noPod = (text = "pod does not exist"): ApiError => new ApiError("NotFound", text);

/** `NAMESPACE/POD[/UID]/CONTAINER`, or without a container. Throws NotFound for a pod that is not here. */
function placeAt(kubelet: Kubelet, parts: readonly string[], hasContainer: boolean): Place {
  const [namespace = "", name = "", ...rest] = parts.map(decodeURIComponent);
  const container = hasContainer ? (rest.pop() ?? "") : "";
  const [uid] = rest;
  const pod = kubelet.find(namespace, name)?.pod;
  if (!pod) throw noPod();
  if (uid && uid !== pod.metadata.uid) throw noPod("pod not found");
  return { pod: { namespace, name, uid: pod.metadata.uid ?? "" }, container };
}

/** The session that a path asks for; undefined: it asks for none. Throws ApiError. */
export function sessionAt(kubelet: Kubelet, { path }: PodRequest): NodeSession | undefined {
  const { pathname, searchParams: query } = new URL(path, "http://node");
  const [, kind, ...parts] = pathname.split("/");
  if (kind === "portForward") {
    const { pod } = placeAt(kubelet, parts, false);
    return { pod, request: { kind: "portforward", ports: query.getAll("port").map(Number) } };
  }
  if (kind !== "exec" && kind !== "attach") return undefined;
  const { pod, container } = placeAt(kubelet, parts, true);
  const flag = (name: string): boolean => query.get(name) === "1" || query.get(name) === "true";
  const tty = flag("tty");
  const streams = { stdin: flag("input"), stdout: flag("output"), stderr: flag("error") && !tty, tty };
  return { pod, request: { kind, container, command: query.getAll("command"), ...streams } };
}

/** Runs the command in `cmd` to its end, and answers with all that it wrote. */
export async function runAt(kubelet: Kubelet, { path }: PodRequest): Promise<HttpResponse> {
  const { pathname, searchParams } = new URL(path, "http://node");
  try {
    const { pod, container } = placeAt(kubelet, pathname.split("/").slice(2), true);
    const { runtime, observer } = kubelet.parts;
    const running = latestOf(observer.get(pod.uid), container);
    if (running?.state !== "running") return respondText(500, `container not found (${JSON.stringify(container)})`);
    const command = (searchParams.get("cmd") ?? "").split(" ");
    const { exitCode, stdout, stderr } = await runtime.execSync(running.id, command, 0);
    if (exitCode)
      return respondText(
        500,
        `command '${command.join(" ")}' exited with ${exitCode}: ${new TextDecoder().decode(stderr)}`,
      );
    return { status: 200, headers: { "content-type": "application/json" }, body: [stdout, stderr] };
  } catch (error) {
    return respondText(
      error instanceof ApiError ? error.code : 500,
      error instanceof Error ? error.message : String(error),
    );
  }
}
