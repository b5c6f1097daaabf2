/** Paths of the node itself (https://kubernetes.io/docs/concepts/storage/volumes/#hostpath). */
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../client/client.ts";
import type { Files } from "../host.ts";

const wanted: Readonly<Record<string, { readonly kind: string; readonly text: string }>> = {
  Directory: { kind: "directory", text: "a directory" },
  File: { kind: "file", text: "a file" },
  Socket: { kind: "socket", text: "a socket file" },
  CharDevice: { kind: "character", text: "a character device" },
  BlockDevice: { kind: "block", text: "a block device" },
};

/** The path, once it is what the volume says it must be. Throws Error. */
export async function checkHostPath(
  files: Files,
  { path, type = "" }: Shared<core.HostPathVolumeSource>,
): Promise<string> {
  const found = await files.kind(path);
  switch (type) {
    case "":
      if (!found) await files.makeDirectory(path, { mode: 0o755 });
      return path;
    case "DirectoryOrCreate":
      if (!found) await files.makeDirectory(path, { mode: 0o755 });
      else if (found !== "directory") throw new Error(`hostPath type check failed: ${path} is not a directory`);
      return path;
    case "FileOrCreate":
      if (!found) await files.writeFile(path, new Uint8Array(), { mode: 0o644 });
      else if (found !== "file") throw new Error(`hostPath type check failed: ${path} is not a file`);
      return path;
    default: {
      const asked = wanted[type];
      if (!asked) throw new Error(`${type} is an invalid volume type`);
      if (found !== asked.kind) throw new Error(`hostPath type check failed: ${path} is not ${asked.text}`);
      return path;
    }
  }
}
