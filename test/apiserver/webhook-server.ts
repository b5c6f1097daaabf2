/** An HTTPS server on loopback that answers as webhooks do, with an authority of its own. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { utf8ToBase64 } from "../../src/base/base64.ts";
import { createAuthority, issue } from "../../src/cluster/pki/certificates.ts";

// biome-ignore lint/suspicious/noExplicitAny: reviews of several kinds come in
export type Answer = (review: any, path: string) => unknown | Promise<unknown>;

export interface WebhookServer {
  /** In base64, as configurations carry it. */
  readonly caBundle: string;
  /** The server's own certificate, likewise. */
  readonly ownBundle: string;
  /** What has been asked, oldest first. */
  readonly asked: { readonly path: string; readonly review: { request: Record<string, unknown> } }[];
  readonly port: number;
  url(path: string): string;
  close(): Promise<void>;
}

/** `answer` gives what is sent back; undefined: the connection is closed without an answer. */
export async function startWebhooks(answer: Answer): Promise<WebhookServer> {
  const now = Date.now();
  const authority = await createAuthority("webhooks", now);
  const names = ["127.0.0.1", "localhost"];
  const { certificate, key } = await issue(authority, {
    ...{ commonName: "webhook", usage: "server", names, notBefore: now, days: 1 },
  });
  const asked: WebhookServer["asked"] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const review = JSON.parse(Buffer.concat(parts).toString("utf8"));
      const path = (request.url ?? "").split("?")[0] ?? "";
      asked.push({ path, review });
      void Promise.resolve(answer(review, path)).then((body) => {
        if (body === undefined) return request.socket.destroy();
        const [status, json] = typeof body === "number" ? [body, {}] : [200, body];
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
        return undefined;
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    caBundle: utf8ToBase64(authority.certificate),
    ownBundle: utf8ToBase64(certificate),
    asked,
    port,
    url: (path) => `https://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The answer to an AdmissionReview. */
export const admitted = (review: { request: { uid: string } }, more: object = {}): object => ({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  response: { uid: review.request.uid, allowed: true, ...more },
});

/** A JSON patch, as an answer carries it. */
export const patch = (...operations: readonly object[]): object => ({
  patchType: "JSONPatch",
  patch: utf8ToBase64(JSON.stringify(operations)),
});
