/**
 * Builds the images that tests run, without any container tool, in the layout of a registry's storage
 * (https://distribution.github.io/distribution/), so that Debian's docker-registry serves them as they lie.
 * The result is kept in a temporary folder named by all that went into it: a second build takes milliseconds.
 * Run alone, it prints that folder.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import tar from "tar-stream";
import { busyboxFiles, type Entry, nginxFiles, nginxPage, program } from "./rootfs.ts";

interface ImageSpec {
  /** As on docker.io, without `library/`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly layers: readonly (() => Entry[])[];
  readonly config: object;
}

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const busybox = (): Entry[] => busyboxFiles();
const nginx = (): Entry[] => nginxFiles(true);
const nginxSmall = (): Entry[] => nginxFiles(false);

const nginxImage = (version: string, tags: readonly string[], base = nginx): ImageSpec => ({
  name: "nginx",
  tags,
  layers: [base, () => nginxPage(version)],
  config: {
    Env: [searchPath, `NGINX_VERSION=${version}`],
    Entrypoint: ["/docker-entrypoint.sh"],
    Cmd: ["nginx", "-g", "daemon off;"],
    ExposedPorts: { "80/tcp": {} },
    StopSignal: "SIGQUIT",
    Labels: { maintainer: "NGINX Docker Maintainers <docker-maint@nginx.com>" },
  },
});

const images: readonly ImageSpec[] = [
  ...["1.36", "1.28"].map((version) => ({
    name: "busybox",
    tags: version === "1.36" ? ["1.36", "latest"] : [version],
    layers: [busybox],
    config: { Env: [searchPath, `BUSYBOX_VERSION=${version}`], Cmd: ["sh"] },
  })),
  nginxImage("1.27.3", ["1.27.3", "1.27", "latest"]),
  nginxImage("1.27.2", ["1.27.2"]),
  nginxImage("1.25", ["1.25"]),
  nginxImage("1.27.3-alpine", ["alpine"], nginxSmall),
];

/** Every image that is built, as `name:tag`. */
export const testImages: readonly string[] = images.flatMap(({ name, tags }) => tags.map((tag) => `${name}:${tag}`));

const sha256 = (body: Uint8Array | string): string => createHash("sha256").update(body).digest("hex");

async function layer(entries: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  const made = new Set<string>();
  const mtime = new Date("2025-01-01T00:00:00Z");
  const folders = (name: string): void => {
    const parent = path.posix.dirname(name);
    if (parent === "." || made.has(parent)) return;
    folders(parent);
    made.add(parent);
    pack.entry({ name: parent, type: "directory", mode: 0o755, mtime });
  };
  // Folders first, as they are asked for: one that a file brings along has a common mode. A later file replaces an earlier one.
  const rank = (entry: Entry): number => (entry.kind === "folder" ? 0 : 1);
  const unique = new Map(entries.map((entry) => [entry.path, entry]));
  for (const entry of [...unique.values()].sort((a, b) => rank(a) - rank(b))) {
    folders(entry.path);
    made.add(entry.path);
    if (entry.kind === "link") pack.entry({ name: entry.path, type: "symlink", linkname: entry.to, mtime });
    else if (entry.kind === "folder")
      pack.entry({ name: entry.path, type: "directory", mode: entry.mode ?? 0o755, mtime });
    else pack.entry({ name: entry.path, mode: entry.mode ?? 0o644, mtime }, Buffer.from(entry.body));
  }
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function write(root: string, name: string, body: Uint8Array | string): void {
  const target = path.join(root, "docker/registry/v2", name);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, body);
}

function writeBlob(root: string, body: Uint8Array | string): { readonly digest: string; readonly size: number } {
  const hex = sha256(body);
  write(root, `blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, body);
  return { digest: `sha256:${hex}`, size: Buffer.byteLength(body) };
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

async function writeImage(
  root: string,
  image: ImageSpec,
  layerOf: (make: () => Entry[]) => Promise<Buffer>,
): Promise<void> {
  const tars = await Promise.all(image.layers.map(layerOf));
  const layers = tars.map((body) => writeBlob(root, gzipSync(body, { level: 1 })));
  const config = writeBlob(
    root,
    JSON.stringify({
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      os: "linux",
      created: "2025-01-01T00:00:00Z",
      config: image.config,
      rootfs: { type: "layers", diff_ids: tars.map((body) => `sha256:${sha256(body)}`) },
      history: image.layers.map(() => ({ created: "2025-01-01T00:00:00Z", created_by: "coxswain test images" })),
    }),
  );
  const manifest = writeBlob(
    root,
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: "application/vnd.docker.container.image.v1+json", ...config },
      layers: layers.map((one) => ({ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", ...one })),
    }),
  );
  const repository = `repositories/library/${image.name}`;
  const hex = (digest: string): string => digest.replace("sha256:", "");
  for (const { digest } of [...layers, config]) write(root, `${repository}/_layers/sha256/${hex(digest)}/link`, digest);
  write(root, `${repository}/_manifests/revisions/sha256/${hex(manifest.digest)}/link`, manifest.digest);
  for (const tag of image.tags) {
    const at = `${repository}/_manifests/tags/${tag}`;
    write(root, `${at}/current/link`, manifest.digest);
    write(root, `${at}/index/sha256/${hex(manifest.digest)}/link`, manifest.digest);
  }
}

/** All that decides what the images are: this folder's sources and the programs they are made of. */
function buildKey(): string {
  const hash = createHash("sha256");
  for (const name of ["build.ts", "rootfs.ts"]) hash.update(readFileSync(new URL(name, import.meta.url)));
  for (const name of ["busybox", "nginx", "bash"] as const) {
    const { size, mtimeMs } = statSync(program(name));
    hash.update(`${name} ${size} ${mtimeMs};`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Builds the images, unless they are there. Resolves to the storage folder of a registry. */
export async function buildTestImages(): Promise<string> {
  const target = path.join(os.tmpdir(), `coxswain-test-images-${buildKey()}`);
  if (existsSync(target)) return target;
  const root = mkdtempSync(`${target}.new-`);
  const layers = new Map<() => Entry[], Promise<Buffer>>();
  const layerOf = (make: () => Entry[]): Promise<Buffer> => {
    const known = layers.get(make) ?? layer(make());
    layers.set(make, known);
    return known;
  };
  for (const image of images) await writeImage(root, image, layerOf);
  try {
    renameSync(root, target);
  } catch {
    rmSync(root, { recursive: true }); // another process was quicker
  }
  return target;
}

/** An image as a tar file that `ctr images import` and `cox load` take. `name` as in `testImages`. */
export async function writeImageArchive(name: string, file: string): Promise<void> {
  const root = path.join(await buildTestImages(), "docker/registry/v2");
  const [repository = "", tag = "latest"] = name.split(":");
  const link = path.join(root, `repositories/library/${repository}/_manifests/tags/${tag}/current/link`);
  const blob = (digest: string): Buffer => {
    const hex = digest.replace("sha256:", "");
    return readFileSync(path.join(root, `blobs/sha256/${hex.slice(0, 2)}/${hex}/data`));
  };
  const digest = readFileSync(link, "utf8");
  const manifest = blob(digest);
  const { config, layers } = JSON.parse(manifest.toString()) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const annotations = { "io.containerd.image.name": `docker.io/library/${repository}:${tag}` };
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: manifestType, digest, size: manifest.length, annotations }],
  };
  const blobs = [digest, config.digest, ...layers.map((one) => one.digest)];
  const entries: Entry[] = [
    { kind: "file", path: "oci-layout", body: JSON.stringify({ imageLayoutVersion: "1.0.0" }) },
    { kind: "file", path: "index.json", body: JSON.stringify(index) },
    ...blobs.map((one): Entry => ({ kind: "file", path: `blobs/sha256/${one.slice(7)}`, body: blob(one) })),
  ];
  writeFileSync(file, await layer(entries));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await buildTestImages());
