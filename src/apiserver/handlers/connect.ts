/**
 * Connections as admission sees them: paths that lead on to a pod, a service or a node are asked about before anything is
 * opened, as operation CONNECT, with their options as the object.
 */
import type { Draft } from "../../api/object.ts";
import { isTrue } from "../request-info.ts";
import type { Scope } from "./scope.ts";

const flags = (query: URLSearchParams, ...names: readonly string[]): object =>
  Object.fromEntries(names.filter((name) => query.has(name) && isTrue(query.get(name))).map((name) => [name, true]));
const text = (query: URLSearchParams, name: string): object => {
  const value = query.get(name);
  return value ? { [name]: value } : {};
};

/** The options of a connection; undefined for other subresources. */
function optionsOf({ stored, info, request: { query } }: Scope): object | undefined {
  const streams = (): object => ({ ...flags(query, "stdin", "stdout", "stderr", "tty"), ...text(query, "container") });
  switch (`${stored.plural}/${info.subresource}`) {
    case "pods/attach":
      return { kind: "PodAttachOptions", ...streams() };
    case "pods/exec":
      return { kind: "PodExecOptions", ...streams(), command: query.getAll("command") };
    case "pods/portforward": {
      const ports = query.getAll("ports").flatMap((list) => list.split(",").map(Number));
      return { kind: "PodPortForwardOptions", ...(ports.length && { ports }) };
    }
    case "pods/proxy":
    case "services/proxy":
    case "nodes/proxy": {
      const kind = `${stored.kind}ProxyOptions`;
      return { kind, ...(info.rest && { path: `/${info.rest}` }) };
    }
    default:
      return undefined;
  }
}

/** Throws ApiError where admission refuses. */
export async function admitConnection(scope: Scope): Promise<void> {
  const { stored, info, registry, context } = scope;
  const options = stored.group === "" ? optionsOf(scope) : undefined;
  if (!options) return;
  const { kind } = options as { kind: string };
  const request = {
    operation: "CONNECT" as const,
    kind: stored,
    objectKind: { group: "", version: "v1", kind },
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    object: { apiVersion: "v1", ...options } as unknown as Draft,
    dryRun: false,
    context,
  };
  await registry.admission.admit(request);
  await registry.admission.validate(request);
}
