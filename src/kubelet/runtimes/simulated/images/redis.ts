/** Redis: a server that keeps values, and its client. */
import { debianRoot } from "./debian.ts";
import { type ImageDefinition, programsIn, versionsOf, withFiles } from "./image.ts";

export const redis: ImageDefinition = {
  repository: "docker.io/library/redis",
  version: versionsOf(
    { "5.0": 14, "6.0": 20, "6.2": 20, "7.0": 15, "7.2": 11, "7.4": 6, "8.0": 4, "8.2": 2 },
    { suffix: "alpine|bookworm|alpine3\\.\\d+" },
  ),
  size: 45_000_000,
  command: ["redis-server"],
  workingDir: "/data",
  env: (version) => ({ REDIS_VERSION: version }),
  root: () => withFiles(debianRoot, programsIn("/usr/local/bin", ["redis-server", "redis-cli"])),
};
