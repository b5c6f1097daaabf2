/** How a cluster is reached, from the file that it keeps for its administrator. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { ClusterDirectory } from "../../cluster/files/cluster-directory.ts";
import type { Access } from "../../cluster/files/kubeconfig.ts";

interface Written {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly {
    readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string };
  }[];
}

const text = (base64: string | undefined): string => Buffer.from(base64 ?? "", "base64").toString();

export function readAccess(directory: ClusterDirectory): Access {
  const { clusters, users } = parse(readFileSync(directory.kubeconfig, "utf8")) as Written;
  const user = users[0]?.user;
  return {
    cluster: directory.read().name,
    server: clusters[0]?.cluster.server ?? "",
    authority: text(clusters[0]?.cluster["certificate-authority-data"]),
    admin: { certificate: text(user?.["client-certificate-data"]), key: text(user?.["client-key-data"]) },
  };
}
