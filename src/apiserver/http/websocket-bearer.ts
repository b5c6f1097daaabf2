/**
 * Browsers cannot send an Authorization header with a WebSocket: they hide the token among the protocols that they offer
 * (upstream's `authentication/request/websocket`). It must not come further than here.
 */
import type { HttpRequest } from "../exchange.ts";

const prefix = "base64url.bearer.authorization.k8s.io.";

/** The headers that take the place of those that hold such a token; none if there is no such token. */
export function bearerOfWebSocket(headers: HttpRequest["headers"]): Record<string, string> {
  const offered = headers["sec-websocket-protocol"];
  if (!offered?.includes(prefix)) return {};
  const all = offered.split(",").map((one) => one.trim());
  const others = all.filter((one) => !one.startsWith(prefix));
  const hidden = all.find((one) => one.startsWith(prefix))?.slice(prefix.length) ?? "";
  const token = /^[\w-]+$/.test(hidden) ? Buffer.from(hidden, "base64url").toString("utf8") : "";
  return {
    "sec-websocket-protocol": others.join(", "),
    // a token alone is no protocol to speak
    ...(headers.authorization === undefined && token && others.length && { authorization: `Bearer ${token}` }),
  };
}
