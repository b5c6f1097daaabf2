/** Bundles the command and the library into dist/; what they import from npm stays outside. */
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { generateDescriptions } from "./generate-descriptions.ts";

generateDescriptions();
await build({
  entryPoints: { cox: "src/cli/main.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: true,
  logLevel: "warning",
});
const command = "dist/cox.js";
writeFileSync(command, `#!/usr/bin/env node\n${readFileSync(command, "utf8")}`);
chmodSync(command, 0o755);
copyFileSync("src/api/generated/descriptions.json.gz", "dist/descriptions.json.gz");
