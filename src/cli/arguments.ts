/** Command lines as people write them, brought into the order that the commands read. */

/** Flags of every verb that may stand before it, and take a value. */
const leading = new Set(["-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server"]);
const more = ["--token", "--as", "--as-group", "--as-uid", "--request-timeout", "--certificate-authority"];
for (const flag of more) leading.add(flag);

/**
 * - `-n web get pods` is `get pods -n web`;
 * - `create cluster` and `delete cluster` are `up` and `down`, as kind has them;
 * - `logs` of no pod is what the cluster itself has said.
 */
export function arranged(args: readonly string[]): readonly string[] {
  const [verb, ...rest] = verbFirst(args);
  if (verb === undefined) return args;
  if (verb === "create" && rest[0] === "cluster") return ["up", ...rest.slice(1)];
  if (verb === "delete" && rest[0] === "cluster") return ["down", ...rest.slice(1)];
  const ofCluster = rest.length === 0 || (rest[0] === "--name" && rest.length === 2) || /^--name=/.test(rest[0] ?? "");
  if (verb === "logs" && ofCluster) return ["cluster-logs", ...rest];
  return [verb, ...rest];
}

function verbFirst(args: readonly string[]): readonly string[] {
  let at = 0;
  while (args[at]?.startsWith("-") && args[at] !== "--") {
    const flag = args[at] as string;
    const name = flag.split("=")[0] as string;
    if (!leading.has(name) && !/^-n./.test(flag)) return args;
    at += leading.has(flag) ? 2 : 1;
  }
  const verb = args[at];
  return at === 0 || verb === undefined ? args : [verb, ...args.slice(0, at), ...args.slice(at + 1)];
}
