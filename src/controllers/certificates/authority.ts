/** What signs certificates for the cluster: cryptography is at the edge, the rules are here. */

/** What a request asks a certificate for. */
export interface Requested {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

export interface Terms {
  /** Kubernetes' own words: `client auth`. */
  readonly usages: readonly string[];
  readonly seconds: number;
}

export interface CertificateAuthority {
  /** Reads a request in PEM. Throws if it is none. */
  read(request: string): Requested;
  /** The certificate in PEM. Throws what hinders it. */
  sign(request: string, terms: Terms): Promise<string>;
}
