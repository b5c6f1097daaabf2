/**
 * Bundles the command and the library into dist/; what they import from npm stays outside. What a command loads only when
 * it runs is a file of its own: `cox get` does not wait for what `cox up` needs.
 */
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { generateDescriptions } from "./generate-descriptions.ts";

generateDescriptions();
const { metafile } = await build({
  entryPoints: { cox: "src/cli/main.ts", index: "src/index.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: true,
  splitting: true,
  metafile: true,
  logLevel: "warning",
});
// parts of earlier builds
for (const name of existsSync("dist") ? readdirSync("dist") : [])
  if (/-[A-Z0-9]{8}\.js(\.map)?$/.test(name) && !(`dist/${name}` in metafile.outputs)) rmSync(`dist/${name}`);
const command = "dist/cox.js";
writeFileSync(command, `#!/usr/bin/env node\n${readFileSync(command, "utf8")}`);
chmodSync(command, 0o755);
copyFileSync("src/api/generated/descriptions.json.gz", "dist/descriptions.json.gz");
