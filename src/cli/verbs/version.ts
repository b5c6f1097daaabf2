/** `cox version`. */

import { goJson, sorted } from "../../base/go-json.ts";
import { kubernetesVersion } from "../../cluster/version.ts";
import { toYaml } from "../output/yaml.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import type { Verb } from "./verb.ts";

type Info = Readonly<Record<string, string>>;

export const version: Verb = {
  name: "version",
  summary: "Show the versions of this command and of the server",
  flags: {
    client: { kind: "switch", help: "of this command alone" },
    output: { kind: "text", short: "o", help: "json or yaml" },
  },
  async run(session, flags) {
    const output = flags.text("output");
    if (output && output !== "json" && output !== "yaml") throw new VerbError("--output must be 'yaml' or 'json'");
    const clientVersion = clientInfo();
    const found = flags.on("client") || !isConfigured(session) ? undefined : await serverInfo(session);
    const serverVersion = found instanceof Error ? undefined : found;
    if (output) {
      const all = { clientVersion, ...(serverVersion && { serverVersion }) };
      session.out(output === "json" ? `${goJson(all, 2)}\n` : toYaml(sorted(all)));
    } else {
      session.out(`Client Version: ${clientVersion.gitVersion}\n`);
      if (serverVersion) session.out(`Server Version: ${serverVersion.gitVersion}\n`);
    }
    if (found instanceof Error) throw found;
  },
};

function clientInfo(): Info {
  const { gitVersion, gitCommit, buildDate, platform } = kubernetesVersion;
  const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { buildDate, gitCommit, gitTreeState: "clean", gitVersion, goVersion: "none", major, minor, platform };
}

/** Without any cluster, this command's own version is the whole answer. */
const isConfigured = ({ config, flags }: Session): boolean =>
  flags.given("server") || config.currentContext !== "" || flags.given("context");

const serverInfo = (session: Session): Promise<Info | Error> =>
  session.client.json<Info>({ path: "/version" }).catch((error: Error) => error);
