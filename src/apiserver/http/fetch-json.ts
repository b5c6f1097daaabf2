/** Fetches JSON documents by HTTPS. */

import { request } from "node:https";
import { trusting } from "../../client/http/trust.ts";

const patienceMs = 30_000;
/** Bytes; what the documents of an issuer of tokens never come near. */
const largest = 1 << 20;

/** `authority` is PEM; empty: what this machine trusts. Rejects with why there is no document. */
export function fetchJson(url: string, authority: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(patienceMs);
    const asked = request(url, {
      ...{ agent: false, signal, headers: { accept: "application/json", "user-agent": "kube-apiserver" } },
      ...(authority && trusting(authority)),
    });
    asked.once("error", reject);
    asked.once("response", (answer) => {
      const parts: Buffer[] = [];
      let size = 0;
      answer.on("data", (part: Buffer) => {
        size += part.length;
        if (size > largest) asked.destroy(new Error(`the document of ${url} is larger than ${largest} bytes`));
        else parts.push(part);
      });
      answer.once("error", reject);
      answer.once("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode}: ${text.slice(0, 200)}`));
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(new Error(`what ${url} serves is no JSON`, { cause: error }));
        }
      });
    });
    asked.end();
  });
}
