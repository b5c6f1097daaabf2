/** In place of kube-apiserver: Coxswain's own, with what its flags name. */
import { readFileSync } from "node:fs";
import { readConfiguration } from "../../apiserver/configuration/configuration.ts";
import { realClock } from "../../base/clock.ts";
import { unpredictable } from "../../base/random.ts";
import { startGivenApiServer } from "../../cluster/api-server-alone.ts";
import { signingKeysOf } from "../../cluster/pki/signing-keys.ts";
import { serverFlags } from "./flags.ts";

const text = (file: string): string => readFileSync(file, "utf8");

/** Resolves once it answers. Rejects for what it cannot be. */
export async function startKubeApiServer(
  args: readonly string[],
  err: (text: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const flags = serverFlags(args);
  for (const words of flags.ignored) err(`kube-apiserver: ${words}\n`);
  const { host, port, serviceRange, issuer, authorizationModes, withoutPlugins, frontProxy, anonymous } = flags;
  const read = readConfiguration(flags.configuration, text);
  const authentication = {
    ...read.authentication,
    ...(anonymous !== undefined && { anonymous: { enabled: anonymous, conditions: [] } }),
  };
  return startGivenApiServer({
    ...{ host, port, serviceRange, issuer, authorizationModes, withoutPlugins },
    serving: {
      ...{ certificate: text(flags.certificateFile), key: text(flags.keyFile) },
      clientCa: text(flags.clientCaFile),
    },
    ...(flags.signingKeyFile && { signingKeys: await signingKeysOf(text(flags.signingKeyFile)) }),
    ...(frontProxy && {
      frontProxy: {
        authority: text(frontProxy.caFile),
        client: { certificate: text(frontProxy.certificateFile), key: text(frontProxy.keyFile) },
      },
    }),
    configuration: { ...read, authentication },
    ...{ clock: realClock, random: unpredictable },
    onError: (part, error) => err(`${part}: ${error instanceof Error ? error.message : String(error)}\n`),
  });
}
