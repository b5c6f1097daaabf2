/** Options that several commands share. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ClusterDirectory } from "../../cluster/files/cluster-directory.ts";
import type { Environment } from "../environment.ts";
import { Failure } from "../failure.ts";
import { Progress } from "../progress.ts";

/** Adds a command to the program. */
export type Register = (program: Command, environment: Environment) => void;

export const nameOption = (): Option => new Option("--name <name>", "the cluster").default("cox");
export const outputOption = (): Option =>
  new Option("-o, --output <format>", "how to print").choices(["table", "json", "yaml", "name"]).default("table");
export const quietOption = (): Option => new Option("-q, --quiet", "say nothing but errors");

export const progressOf = ({ clock, err }: Environment, options: { quiet?: boolean }): Progress =>
  new Progress(clock, err, options.quiet ?? false);

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("it must be a whole number, 0 or more");
  return Number(text);
}

export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError("it must be a port, 65535 at most");
  return port;
}

export function mirror(text: string, known: Record<string, string> = {}): Record<string, string> {
  const [registry, url] = text.split(/=(.*)/s);
  if (!registry || !url)
    throw new InvalidArgumentError("it must be registry=url, such as docker.io=http://mirror:5000");
  return { ...known, [registry]: url };
}

export async function knownCluster(name: string): Promise<ClusterDirectory> {
  const { ClusterDirectory } = await import("../../cluster/files/cluster-directory.ts");
  const directory = new ClusterDirectory(name);
  if (!directory.exists) throw new Failure(`there is no cluster "${name}"`, "none was made", `cox up --name ${name}`);
  return directory;
}

export async function askCluster(
  name: string,
  action: string,
  body: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { askControl } = await import("../control.ts");
  const answer = await askControl(await knownCluster(name), action, body);
  if (answer === undefined)
    throw new Failure(`the cluster "${name}" does not run`, "its process is not there", `cox up --name ${name}`);
  return answer;
}
