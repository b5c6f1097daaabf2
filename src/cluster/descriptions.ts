/** Reads the words about types and fields that the build, or `npm run types`, has put aside; without them there are none. */
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Words } from "../apiserver/openapi/descriptions.ts";

/** Beside the bundle, or where a run from the sources has it. */
const places = ["./descriptions.json.gz", "../api/generated/descriptions.json.gz"];

export async function loadDescriptions(): Promise<Words> {
  for (const place of places) {
    try {
      const packed = await readFile(new URL(place, import.meta.url));
      return JSON.parse((await promisify(gunzip)(packed)).toString("utf8")) as Words;
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT") throw error;
    }
  }
  return {};
}
