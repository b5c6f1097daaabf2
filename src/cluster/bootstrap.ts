/** What is in every cluster from the start (https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces). */
import { ApiError } from "../api/errors.ts";
import type { Client } from "../client/client.ts";
import { namespaces } from "../client/kinds.ts";

const initialNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

export async function bootstrapNamespaces(client: Client): Promise<void> {
  await Promise.all(
    initialNamespaces.map(async (name) => {
      try {
        await client.create(namespaces, { metadata: { name }, spec: {}, status: {} });
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
      }
    }),
  );
}
