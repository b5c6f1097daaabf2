/** The answer to a request for which there is no room: upstream's, which is no Status. */
import type { HttpResponse } from "../exchange.ts";

const body = [new TextEncoder().encode("Too many requests, please try again later.\n")];

export const tooManyRequests = (headers: Readonly<Record<string, string>>): HttpResponse => ({
  status: 429,
  headers: {
    ...headers,
    ...{ "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff", "retry-after": "1" },
  },
  body,
});
