/** `pods/log` (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod). */
import { badRequest, invalid } from "../../api/errors.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import type { HttpResponse } from "../exchange.ts";
import type { Scope } from "../handlers/scope.ts";
import { isTrue } from "../request-info.ts";
import type { LogRequest, NodeConnections } from "./node-connection.ts";
import { connectionOf, containerOf, findPod, targetOf } from "./pod-container.ts";

export function logHandler(nodes: NodeConnections): (scope: Scope) => Promise<HttpResponse> {
  return async (scope) => {
    const { query } = scope.request;
    const options = readLogOptions(query, scope.registry.clock.now());
    const errors = validate(query, options);
    if (errors.length) throw invalid({ group: "", name: "PodLogOptions" }, scope.info.name, errors);
    const pod = await findPod(scope);
    const container = containerOf(pod, query.get("container") ?? "");
    if (!pod.spec.nodeName) return { status: 204, headers: {}, body: [] };
    return connectionOf(pod, nodes).log(targetOf(pod), { ...options, container });
  };
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

type Options = Omit<LogRequest, "container"> & { readonly sinceSeconds?: number };

/** Throws BadRequest. */
export function readLogOptions(query: URLSearchParams, now: number): Options {
  const sinceSeconds = integer(query, "sinceSeconds");
  const sinceTime = query.get("sinceTime");
  const tailLines = integer(query, "tailLines");
  const limitBytes = integer(query, "limitBytes");
  const stream = query.get("stream")?.toLowerCase();
  const sinceMs = sinceTime ? time(sinceTime) : sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000;
  return {
    follow: isTrue(query.get("follow")),
    previous: isTrue(query.get("previous")),
    timestamps: isTrue(query.get("timestamps")),
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...((stream === "stdout" || stream === "stderr") && { stream }),
  };
}

function time(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw badRequest(
      `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  return ms;
}

function validate(query: URLSearchParams, { tailLines, limitBytes, sinceSeconds }: Options): FieldError[] {
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0)
    errors.push(new Path("tailLines").invalid(tailLines, "must be greater than or equal to 0"));
  if (limitBytes !== undefined && limitBytes < 1)
    errors.push(new Path("limitBytes").invalid(limitBytes, "must be greater than 0"));
  if (sinceSeconds !== undefined && query.get("sinceTime"))
    errors.push(new Path("[]").forbidden("at most one of `sinceTime` or `sinceSeconds` may be specified"));
  else if (sinceSeconds !== undefined && sinceSeconds < 1)
    errors.push(new Path("sinceSeconds").invalid(sinceSeconds, "must be greater than 0"));
  // separate streams are behind a feature gate that is off (PodLogsQuerySplitStreams)
  if (query.get("stream")) errors.push(new Path("stream").forbidden("may not be specified"));
  return errors;
}
