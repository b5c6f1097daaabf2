/** `cox list` and `cox status`: which clusters there are, and how one is. */
import { ClusterDirectory } from "../../cluster/files/cluster-directory.ts";
import { askControl } from "../control.ts";
import { Failure } from "../failure.ts";
import { type OutputFormat, print } from "../output.ts";

interface Status {
  readonly name: string;
  readonly runtime: string;
  readonly port: number;
  readonly nodes: readonly { readonly name: string; readonly role: string; readonly running: boolean }[];
}

export async function list(format: OutputFormat): Promise<string> {
  const rows = await Promise.all(
    ClusterDirectory.list().map(async (name) => {
      const directory = new ClusterDirectory(name);
      const { runtime, nodes } = directory.read();
      const running = await askControl(directory, "status");
      return { name, status: running ? "Running" : "Stopped", runtime, nodes: nodes.length };
    }),
  );
  return print(rows, ["name", "status", "runtime", "nodes"], format);
}

export async function status(name: string, format: OutputFormat): Promise<string> {
  const directory = new ClusterDirectory(name);
  if (!directory.exists) throw new Failure(`there is no cluster "${name}"`, "none was made", `cox up --name ${name}`);
  const found = (await askControl(directory, "status")) as Status | undefined;
  if (!found)
    throw new Failure(`the cluster "${name}" does not run`, "its process is not there", `cox up --name ${name}`);
  const rows = found.nodes.map((node) => ({
    node: node.name,
    role: node.role,
    status: node.running ? "Running" : "Stopped",
  }));
  return print(rows, ["node", "role", "status"], format);
}
