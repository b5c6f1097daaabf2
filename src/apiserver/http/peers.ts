/** What client certificates say of who is at the other end of a connection; looked at once per connection. */
import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { HttpRequest } from "../exchange.ts";

export type Peer = Pick<HttpRequest, "certificateUser" | "frontProxy">;
const nobody: Peer = {};

export class Peers {
  readonly #known = new WeakMap<TLSSocket, Peer>();
  /** Fingerprints of the authorities whose certificates are those of other servers. */
  readonly #proxies: ReadonlySet<string>;

  /** `frontProxyCa`: PEM, of one or more. */
  constructor(frontProxyCa = "") {
    const all = frontProxyCa.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    this.#proxies = new Set(all.map((pem) => new X509Certificate(pem).fingerprint256));
  }

  of(socket: TLSSocket): Peer {
    let peer = this.#known.get(socket);
    if (!peer) {
      peer = socket.authorized ? this.#read(socket) : nobody;
      this.#known.set(socket, peer);
    }
    return peer;
  }

  #read(socket: TLSSocket): Peer {
    const certificate = socket.getPeerCertificate(true);
    const { subject, fingerprint256 } = certificate;
    const name = subject?.CN as string | undefined;
    if (!name) return nobody;
    if (this.#proxies.has(authorityOf(certificate))) return { frontProxy: name };
    const credential = `X509SHA256=${fingerprint256.replaceAll(":", "").toLowerCase()}`;
    return {
      certificateUser: {
        name,
        groups: [(subject.O ?? []) as string | string[]].flat(),
        extra: { "authentication.kubernetes.io/credential-id": [credential] },
      },
    };
  }
}

/** The fingerprint of the authority at the end of a certificate's chain. */
function authorityOf(certificate: DetailedPeerCertificate): string {
  let at = certificate;
  while (at.issuerCertificate && at.issuerCertificate !== at) at = at.issuerCertificate;
  return at.fingerprint256;
}
