/** The answer of a pod as one sees it who came by the API server: what points to the pod's own root points here. */
import type { HttpResponse, Sink } from "../exchange.ts";

export interface Outside {
  /** The path that stands before the pod's own, without a slash at its end. */
  readonly before: string;
  /** The server's own host and port. */
  readonly host: string;
  /** Hosts that mean the pod. */
  readonly own: readonly string[];
}

const hop = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*)$/;

export async function asSeenFromOutside(answer: HttpResponse, outside: Outside): Promise<HttpResponse> {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) if (!hop.test(name)) headers[name] = value;
  const { location } = headers;
  if (typeof location === "string")
    return { ...answer, headers: { ...headers, location: linkFrom(location, outside) } };
  if (!/^text\/html\s*(;|$)/i.test(String(headers["content-type"] ?? "")) || headers["content-encoding"])
    return { ...answer, headers };
  const page = pageFrom(await textOf(answer), outside);
  const { "content-length": _, ...others } = headers;
  return { status: answer.status, headers: others, body: [new TextEncoder().encode(page)] };
}

/** A link as it is to be written for somebody outside. */
export function linkFrom(link: string, { before, host, own }: Outside): string {
  const absolute = /^(?:([a-z][a-z0-9+.-]*):)?\/\/([^/?#]*)(.*)$/i.exec(link);
  if (absolute && !own.includes(absolute[2] ?? "")) return link;
  const rest = absolute ? (absolute[3] ?? "") : link;
  if (!rest.startsWith("/")) return link;
  const root = absolute ? `https://${host}` : "";
  return root + (rest.startsWith(`${before}/`) ? rest : before + rest);
}

const tags = /<[a-z][^>]*>/gi;
/** Attributes that hold links. */
const links =
  /(\s(?:action|background|cite|classid|codebase|data|formaction|href|icon|longdesc|manifest|poster|profile|src|usemap)\s*=\s*)("[^"]*"|'[^']*')/gi;

export const pageFrom = (html: string, outside: Outside): string =>
  html.replace(tags, (tag) =>
    tag.replace(
      links,
      (_, start: string, quoted: string) => start + quoted[0] + linkFrom(quoted.slice(1, -1), outside) + quoted[0],
    ),
  );

async function textOf({ body }: HttpResponse): Promise<string> {
  const parts: Uint8Array[] = [];
  const sink: Sink = {
    write: (bytes) => {
      parts.push(bytes);
      return true;
    },
    ...{ buffered: 0, drained: async () => {}, end: () => {}, abort: () => {} },
  };
  if (typeof body === "function") await body(sink, new AbortController().signal);
  else parts.push(...body);
  const text = new TextDecoder();
  return parts.map((part) => text.decode(part, { stream: true })).join("");
}
