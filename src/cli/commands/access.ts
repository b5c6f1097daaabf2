/** How a cluster is reached, from the file that it keeps for its administrator. */
import { loadKubeconfig, resolveAccess } from "../../client/http/kubeconfig.ts";
import type { ClusterDirectory } from "../../cluster/files/cluster-directory.ts";
import type { Access } from "../../cluster/files/kubeconfig.ts";

/** Throws ConfigError where the file is not what the cluster has written. */
export function readAccess(directory: ClusterDirectory): Access {
  const config = loadKubeconfig({ explicit: directory.kubeconfig, env: {}, home: "" });
  const { server, authority = "", certificate = "", key = "" } = resolveAccess(config);
  return { cluster: directory.read().name, server, authority, admin: { certificate, key } };
}
