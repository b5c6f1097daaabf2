/**
 * `cox envtest`: what controller-runtime's envtest starts, so that tests of operators run on Coxswain unchanged
 * (https://book.kubebuilder.io/reference/envtest).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../environment.ts";
import { programs } from "../envtest/programs.ts";
import type { Register } from "./options.ts";

export const registerEnvtest: Register = (program, environment) => {
  program
    .command("envtest <directory>")
    .description("write programs in place of etcd, kube-apiserver and kubectl, for KUBEBUILDER_ASSETS")
    .action((directory: string) => writePrograms(directory, environment));
};

function writePrograms(directory: string, { self, cwd, out }: Environment): void {
  const folder = path.resolve(cwd, directory);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(programs(self)))
    writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  out(`export KUBEBUILDER_ASSETS=${folder}\n`);
}
