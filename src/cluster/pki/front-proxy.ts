/** The certificate with which the server says to other servers of the API who asks. */
import { frontProxyName } from "../aggregation.ts";
import { issue, type KeyPair } from "./certificates.ts";

/** `notBefore` in milliseconds since 1970. */
export const issueFrontProxy = (authority: KeyPair, notBefore: number): Promise<KeyPair> =>
  issue(authority, { commonName: frontProxyName, usage: "client", notBefore, days: 3650 });
