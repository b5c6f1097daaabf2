/** Images into a node's containerd, past any registry: what `cox load` does. */
import { run } from "./command.ts";

/**
 * Imports every image of a tar file (`docker save`, or an OCI layout) under the names it has there. Resolves to those
 * names. The kubelet sees them at once: its containerd keeps them in the namespace of Kubernetes.
 */
export async function loadImageArchive(node: { readonly socket: string }, tarPath: string): Promise<readonly string[]> {
  const args = ["--address", node.socket, "--namespace", "k8s.io", "images", "import", "--digests=false", tarPath];
  const said = await run("ctr", args, { timeoutMs: 600_000 });
  return [...said.matchAll(/^unpacking (\S+) /gm)].map((match) => match[1] ?? "");
}
