/** The verbs of kubectl's: `cox get`, `cox apply`, … Commander finds and lists them; what follows is theirs to read. */
import { readFileSync } from "node:fs";
import { runVerb } from "../verbs/run-verb.ts";
import { verbs } from "../verbs/verbs.ts";
import { knownCluster, nameOption, type Register } from "./options.ts";

export const registerVerbs: Register = (program, environment) => {
  for (const verb of verbs) {
    program
      .command(verb.name)
      .aliases([...(verb.aliases ?? [])])
      .description(verb.summary)
      .helpGroup("Objects, as kubectl has them:")
      .argument("[words...]")
      .allowUnknownOption()
      .passThroughOptions()
      .helpOption(false)
      .action(async () => {
        environment.exitWith(await runVerb(verb, environment.args.slice(1), environment));
      });
  }
  program
    .command("cluster-logs", { hidden: true })
    .description("what the cluster's process has said (also: logs without a pod)")
    .addOption(nameOption())
    .action(async ({ name }: { name: string }) =>
      environment.out(readFileSync((await knownCluster(name)).log, "utf8")),
    );
};
