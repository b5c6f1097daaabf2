/** What a Secret of type `kubernetes.io/service-account-token` still lacks. */
import type { Secret, ServiceAccount } from "../../client/kinds.ts";

export const tokenType = "kubernetes.io/service-account-token";
export const nameAnnotation = "kubernetes.io/service-account.name";
export const uidAnnotation = "kubernetes.io/service-account.uid";

/** The account a token secret names, as a key; undefined for any other secret. */
export function accountKeyOf({ type, metadata }: Secret): string | undefined {
  const name = metadata.annotations?.[nameAnnotation];
  return type === tokenType && name ? `${metadata.namespace}/${name}` : undefined;
}

/** The secret is for this very account, not for an earlier one of its name. */
export const isFor = ({ metadata }: Secret, account: ServiceAccount): boolean => {
  const uid = metadata.annotations?.[uidAnnotation];
  return !uid || uid === account.metadata.uid;
};

export interface Lack {
  readonly ca: boolean;
  readonly namespace: boolean;
  readonly token: boolean;
}

/** `certificate` in base64, as the secret would hold it. */
export function lackOf({ data }: Secret, certificate: string | undefined): Lack | undefined {
  const lack = {
    ca: certificate !== undefined && data?.["ca.crt"] !== certificate,
    namespace: !data?.namespace,
    token: !data?.token,
  };
  return lack.ca || lack.namespace || lack.token ? lack : undefined;
}
