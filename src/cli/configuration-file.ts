/** The file of `--config`: documents of YAML, each of which says what it is about. Files that it names lie beside it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type ApiServerConfiguration,
  configurationKind,
  readConfiguration,
} from "../apiserver/configuration/configuration.ts";
import { ConfigurationError, parse, typeOf } from "../apiserver/configuration/reader.ts";
import { Failure } from "./failure.ts";
import { readKindConfig, type WantedCluster } from "./kind-config.ts";

export interface ConfigurationFile {
  readonly cluster?: WantedCluster;
  readonly apiServer?: ApiServerConfiguration;
}

/** Throws Failure, which names every fault and its place. */
export function readConfigurationFile(file: string): ConfigurationFile {
  const text = reading(file, () => readFileSync(file, "utf8"));
  const documents = text.split(/^---(?:[ \t]+#.*|[ \t]*)$/m).filter((one) => /^\s*[^#\s]/m.test(one));
  const folder = path.dirname(path.resolve(file));
  const beside = (name: string): string => path.resolve(folder, name);
  let read: ConfigurationFile = {};
  for (const document of documents.length ? documents : [text]) {
    const value = reading(file, () => parse(document));
    if (typeOf(value).kind !== configurationKind) read = { ...read, cluster: readKindConfig(document) };
    else {
      const asked = reading(file, () => readConfiguration(value, (name) => readFileSync(beside(name), "utf8")));
      const { audit } = asked;
      read = {
        ...read,
        apiServer: {
          ...asked,
          ...(audit && { audit: { ...audit, log: { ...audit.log, path: beside(audit.log.path) } } }),
        },
      };
    }
  }
  return read;
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigurationError)
      throw new Failure(
        `${file} cannot be used`,
        error.faults.join("\n       "),
        "docs/configuration.md has every field",
        2,
      );
    throw new Failure(
      `${file} cannot be read`,
      error instanceof Error ? error.message : String(error),
      "--config FILE",
      2,
    );
  }
}
