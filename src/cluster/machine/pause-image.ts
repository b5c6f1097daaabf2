/** The image of pod sandboxes, made on the spot as an OCI archive: one layer with one file. */
import { createHash } from "node:crypto";
import tar from "tar-stream";
import { type Architecture, pauseProgram } from "./pause-program.ts";

/** A name that no registry serves: it is there or it is made, never pulled. */
export const pauseImage = "coxswain.local/pause:1";

export const machineArchitecture = (): Architecture => {
  if (process.arch === "x64") return "amd64";
  if (process.arch === "arm64") return "arm64";
  throw new Error(`no sandbox image for this kind of processor: ${process.arch}`);
};

interface File {
  readonly name: string;
  readonly body: Uint8Array | string;
  readonly mode?: number;
}

async function archive(files: readonly File[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { name, body, mode } of files) {
    pack.entry({ name, mode: mode ?? 0o644, mtime: new Date(0) }, Buffer.from(body));
  }
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

const sha256 = (body: Uint8Array | string): string => createHash("sha256").update(body).digest("hex");

/** An OCI image layout as a tar file, for `ctr images import`. The same bytes every time. */
export async function pauseArchive(architecture: Architecture): Promise<Buffer> {
  const layer = await archive([{ name: "pause", body: pauseProgram(architecture), mode: 0o755 }]);
  const config = JSON.stringify({
    architecture,
    os: "linux",
    config: { Entrypoint: ["/pause"], User: "65535:65535", WorkingDir: "/" },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created_by: "coxswain" }],
  });
  const descriptor = (mediaType: string, body: Uint8Array | string) => ({
    mediaType,
    digest: `sha256:${sha256(body)}`,
    size: Buffer.byteLength(body),
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        ...descriptor("application/vnd.oci.image.manifest.v1+json", manifest),
        annotations: { "io.containerd.image.name": pauseImage },
        platform: { architecture, os: "linux" },
      },
    ],
  };
  const blob = (body: Uint8Array | string): File => ({ name: `blobs/sha256/${sha256(body)}`, body });
  return archive([
    { name: "oci-layout", body: JSON.stringify({ imageLayoutVersion: "1.0.0" }) },
    { name: "index.json", body: JSON.stringify(index) },
    blob(manifest),
    blob(config),
    blob(layer),
  ]);
}
