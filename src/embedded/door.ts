/** The way into a cluster from outside of its process: HTTPS on loopback, and a kubeconfig. */
import { realClock } from "../base/clock.ts";
import type { ControlPlane } from "../cluster/control-plane.ts";
import { kubeconfigText } from "../cluster/files/kubeconfig.ts";
import { Front } from "../cluster/front.ts";
import { issue, type KeyPair } from "../cluster/pki/certificates.ts";

export interface Door {
  readonly url: string;
  readonly kubeconfig: string;
  close(): Promise<void>;
}

const host = "127.0.0.1";
const days = 365;

export async function openDoor(plane: ControlPlane, authority: KeyPair): Promise<Door> {
  const notBefore = realClock.now();
  const [server, admin] = await Promise.all([
    issue(authority, { commonName: "kube-apiserver", usage: "server", names: ["localhost", host], notBefore, days }),
    issue(authority, {
      ...{ commonName: "kubernetes-admin", organizations: ["system:masters"], usage: "client", notBefore, days },
    }),
  ]);
  const front = await Front.open({ ...server, clientCa: authority.certificate, hosts: [host], port: 0 });
  front.serve(plane);
  const url = `https://${host}:${front.port}`;
  const access = { cluster: "test", server: url, authority: authority.certificate, admin };
  return { url, kubeconfig: kubeconfigText(access), close: () => front.close() };
}
