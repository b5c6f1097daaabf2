/** `cox node`: workers come, go, lose power and come back. */
import { askCluster, knownCluster, nameOption, type Register } from "./options.ts";

export const registerNode: Register = (program, { out }) => {
  const node = program.command("node").description("nodes of a running cluster");
  node
    .command("add [node]")
    .description("add a worker")
    .addOption(nameOption())
    .action(async (given: string | undefined, { name }: { name: string }) => {
      const answer = (await askCluster(name, "node/add", given ? { node: given } : {})) as { node: string };
      out(`${answer.node}\n`);
    });
  for (const [verb, text] of [
    ["rm", "take a worker away"],
    ["stop", "end a node as a power cut would"],
    ["start", "start a node again"],
  ] as const) {
    node
      .command(`${verb} <node>`)
      .description(text)
      .addOption(nameOption())
      .action(async (given: string, { name }: { name: string }) => {
        await askCluster(name, `node/${verb}`, { node: await fullName(name, given) });
      });
  }
};

/** `worker2` is short for `<cluster>-worker2`. */
async function fullName(cluster: string, given: string): Promise<string> {
  const names = (await knownCluster(cluster)).read().nodes.map((n) => n.name);
  return !names.includes(given) && names.includes(`${cluster}-${given}`) ? `${cluster}-${given}` : given;
}
