/** `cox cp`: files into containers and out of them, by the `tar` that they have. */
import { createReadStream, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import type * as tar from "tar-stream";
import type { Pod } from "../../client/kinds.ts";
import { chooseContainer } from "../pods/containers.ts";
import { runSession, throwFailure } from "../pods/terminal.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import type { Verb } from "./verb.ts";

interface Place {
  readonly pod?: string;
  readonly namespace?: string | undefined;
  readonly file: string;
}

export const cp: Verb = {
  name: "cp",
  summary: "Copy files into containers and out of them",
  usage: "FILE POD:PATH | POD:PATH FILE [-c CONTAINER]",
  flags: {
    container: { kind: "text", short: "c", help: "which container" },
    "no-preserve": { kind: "switch", help: "without owner and mode" },
    retries: { kind: "number", default: "0" },
  },
  async run(session, flags) {
    const [from, to] = flags.args.map(placeOf);
    if (!from || !to || flags.args.length > 2) throw new VerbError("source and destination are required");
    if (from.pod && to.pod) throw new VerbError("one of src or dest must be a local file specification");
    if (!from.pod && !to.pod) throw new VerbError("one of src or dest must be a remote file specification");
    if (to.pod) await into(session, from.file, to);
    else await outOf(session, from, to.file);
  },
};

/** `[namespace/]pod:path`, or a file here. */
export function placeOf(text: string): Place {
  const at = text.indexOf(":");
  if (at < 1 || text.startsWith("/") || text.startsWith(".")) return { file: text };
  const [first = "", second] = text.slice(0, at).split("/");
  return { pod: second ?? first, namespace: second === undefined ? undefined : first, file: text.slice(at + 1) };
}

async function target(
  session: Session,
  { pod = "", namespace = session.namespace }: Place,
): Promise<{ namespace: string; pod: string; container: string }> {
  const found = (await session.client.get(await session.resource("pods"), namespace, pod)) as unknown as Pod;
  return { namespace, pod, container: chooseContainer(session, found, session.flags.text("container")) };
}

async function into(session: Session, source: string, to: Place): Promise<void> {
  const local = path.resolve(session.environment.cwd, source);
  if (!existsSync(local)) throw new VerbError(`${source} doesn't exist in local filesystem`);
  if (!to.file) throw new VerbError("filepath can not be empty");
  const where = await target(session, to);
  const quietly = { stdout: () => {}, stderr: () => {} };
  const isFolder =
    (await runSession(session, {
      kind: "exec",
      ...where,
      command: ["test", "-d", to.file],
      stdin: false,
      tty: false,
      output: quietly,
    })) === undefined;
  const destination = isFolder ? path.posix.join(to.file, path.basename(local)) : to.file.replace(/\/+$/, "");
  const { pack: begin } = await import("tar-stream");
  const pack = begin();
  void packAll(pack, local, path.posix.basename(destination)).then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  const input = new PassThrough();
  pack.on("error", (error) => input.destroy(error));
  pack.pipe(input);
  const command = [
    "tar",
    ...(session.flags.on("no-preserve") ? ["--no-same-permissions", "--no-same-owner"] : []),
    "-xmf",
    "-",
    "-C",
    path.posix.dirname(destination),
  ];
  throwFailure(await runSession(session, { kind: "exec", ...where, command, stdin: true, tty: false, input }));
}

async function packAll(pack: tar.Pack, file: string, name: string): Promise<void> {
  const stat = statSync(file);
  const mode = stat.mode & 0o777;
  if (stat.isDirectory()) {
    await new Promise<void>((resolve, reject) =>
      pack.entry({ name, type: "directory", mode }, (error) => (error ? reject(error) : resolve())),
    );
    for (const entry of readdirSync(file).sort()) await packAll(pack, path.join(file, entry), `${name}/${entry}`);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const entry = pack.entry({ name, size: stat.size, mode, mtime: stat.mtime }, (error) =>
      error ? reject(error) : resolve(),
    );
    createReadStream(file).on("error", reject).pipe(entry);
  });
}

async function outOf(session: Session, from: Place, to: string): Promise<void> {
  if (!from.file) throw new VerbError("filepath can not be empty");
  const where = await target(session, from);
  const source = from.file.replace(/(.)\/+$/, "$1");
  const base = path.resolve(session.environment.cwd, to);
  const root = existsSync(base) && statSync(base).isDirectory() ? path.join(base, path.posix.basename(source)) : base;
  const prefix = source.replace(/^\/+/, "");
  const { extract: begin } = await import("tar-stream");
  const extract = begin();
  const unpacked = new Promise<void>((resolve, reject) => {
    extract.on("entry", (header, stream, next) => {
      const parts: Buffer[] = [];
      stream.on("data", (part) => void parts.push(part as Buffer));
      stream.on("end", () => {
        void put(session, root, path.posix.relative(prefix, header.name), header, Buffer.concat(parts)).then(
          () => next(),
          next,
        );
      });
    });
    extract.on("finish", resolve);
    extract.on("error", reject);
  });
  const output = {
    stdout: (bytes: Uint8Array) => void extract.write(Buffer.from(bytes)),
    stderr: (bytes: Uint8Array) => session.out(bytes),
  };
  const failure = await runSession(session, {
    kind: "exec",
    ...where,
    command: ["tar", "cf", "-", source],
    stdin: false,
    tty: false,
    output,
  });
  extract.end(Buffer.alloc(0));
  throwFailure(failure);
  await unpacked;
}

async function put(
  session: Session,
  root: string,
  relative: string,
  { type, mode = 0o644, linkname }: tar.Header,
  bytes: Buffer,
): Promise<void> {
  const file = path.join(root, relative);
  if (relative.startsWith(".."))
    session.err(`warning: file ${JSON.stringify(file)} is outside target destination, skipping\n`);
  else if (type === "directory") mkdirSync(file, { recursive: true });
  else if (type === "symlink")
    session.err(`warning: skipping symlink: ${JSON.stringify(file)} -> ${JSON.stringify(linkname)}\n`);
  else {
    mkdirSync(path.dirname(file), { recursive: true });
    await writeFile(file, bytes, { mode: mode & 0o777 });
  }
}
