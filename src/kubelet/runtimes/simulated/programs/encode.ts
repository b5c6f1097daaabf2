/** base64, checksums, dumps of bytes, gzip. */
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { readAll } from "../streams/captured.ts";
import { bytesOf, joined, textOf } from "../streams/input.ts";
import { sourcesOf } from "./inputs.ts";
import { md5 } from "./md5.ts";
import { readOptions } from "./options.ts";

const binary = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function bytesIn(
  world: World,
  io: Invocation,
  words: readonly string[],
): Promise<{ bytes: Uint8Array; failed: boolean }> {
  const { all, failed } = sourcesOf(world, io, words);
  const parts: Uint8Array[] = [];
  for (const { input } of all) parts.push(await readAll(world, input, io.signal));
  return { bytes: joined(parts), failed };
}

const base64: Program = async (world, io) => {
  const { words, has, value } = readOptions(io.args, "dw:", { decode: "d", wrap: "w" });
  const { bytes, failed } = await bytesIn(world, io, words);
  if (failed) return 1;
  if (has("d")) {
    const text = textOf(bytes).replace(/\s/g, "");
    if (/[^A-Za-z0-9+/=]/.test(text)) throw new ProgramError("truncated input");
    await io.stdout(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
    return 0;
  }
  const text = btoa(binary(bytes));
  const width = Number(value("w") ?? 76);
  await io.stdout(width ? text.replace(new RegExp(`.{1,${width}}`, "g"), "$&\n") : text);
  return 0;
};

const algorithms: Readonly<Record<string, string>> = { sha1sum: "SHA-1", sha256sum: "SHA-256", sha512sum: "SHA-512" };

async function sumOf(name: string, bytes: Uint8Array): Promise<string> {
  const algorithm = algorithms[name];
  return hex(algorithm ? new Uint8Array(await crypto.subtle.digest(algorithm, bytes.slice())) : md5(bytes));
}

const checksum: Program = async (world, io) => {
  const { words, has } = readOptions(io.args, "csw");
  const { all, failed } = sourcesOf(world, io, words, (path, why) => `can't open '${path}': ${why}`);
  let wrong = 0;
  for (const source of all) {
    const bytes = await readAll(world, source.input, io.signal);
    if (!has("c")) {
      await io.stdout(`${await sumOf(io.name, bytes)}  ${source.name ?? "-"}\n`);
      continue;
    }
    for (const line of textOf(bytes).split("\n").filter(Boolean)) {
      const [sum, name = ""] = line.split(/ [ *]/);
      const same = (await sumOf(io.name, world.files.read(absolute(name, io.cwd)))) === sum;
      if (!same) wrong++;
      if (!has("s")) await io.stdout(`${name}: ${same ? "OK" : "FAILED"}\n`);
    }
  }
  if (wrong) void io.stderr(`${io.name}: WARNING: ${wrong} of ${wrong} computed checksums did NOT match\n`);
  return failed || wrong ? 1 : 0;
};

const printable = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");

/** `hexdump -C` and `xxd`: sixteen bytes a line, with what they say. */
const dump: Program = async (world, io) => {
  const { words, has, value } = readOptions(io.args, "Cvn:l:pc:s:");
  const { bytes, failed } = await bytesIn(world, io, words);
  const all = bytes.subarray(0, Number(value("n") ?? value("l") ?? bytes.length));
  if (has("p")) await io.stdout(`${hex(all)}\n`);
  for (let at = 0; at < all.length && !has("p"); at += 16) {
    const row = all.subarray(at, at + 16);
    const place = at.toString(16).padStart(8, "0");
    const codes = [...row].map((byte) => hex(Uint8Array.of(byte)));
    if (io.name === "xxd")
      await io.stdout(`${place}: ${(hex(row).match(/.{1,4}/g) ?? []).join(" ").padEnd(39)}  ${printable(row)}\n`);
    else if (has("C"))
      await io.stdout(
        `${place}  ${codes.slice(0, 8).join(" ").padEnd(23)}  ${codes.slice(8).join(" ").padEnd(23)}  |${printable(row)}|\n`,
      );
    else
      await io.stdout(
        `${place.slice(1)} ${(codes.join("").match(/.{1,4}/g) ?? []).map((pair) => pair.slice(2) + pair.slice(0, 2)).join(" ")}\n`,
      );
  }
  if (all.length && io.name !== "xxd") await io.stdout(`${all.length.toString(16).padStart(has("C") ? 8 : 7, "0")}\n`);
  return failed ? 1 : 0;
};

/** `od`, with -c, -x or -t x1, and octal words where nothing is said. */
const od: Program = async (world, io) => {
  const { words, has, value } = readOptions(io.args, "cxbvt:A:N:");
  const { bytes, failed } = await bytesIn(world, io, words);
  const all = bytes.subarray(0, Number(value("N") ?? bytes.length));
  const named: Readonly<Record<number, string>> = { 0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r" };
  const base = value("A") === "n" ? undefined : value("A") === "x" ? 16 : value("A") === "d" ? 10 : 8;
  const place = (at: number): string => (base === undefined ? "" : at.toString(base).padStart(7, "0"));
  const show = (byte: number): string => {
    if (has("c"))
      return (
        named[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"))
      ).padStart(4);
    if (value("t")?.startsWith("x")) return ` ${hex(Uint8Array.of(byte))}`;
    return value("t")?.startsWith("u") ? String(byte).padStart(4) : ` ${byte.toString(8).padStart(3, "0")}`;
  };
  for (let at = 0; at < all.length; at += 16)
    await io.stdout(`${place(at)}${[...all.subarray(at, at + 16)].map(show).join("")}\n`);
  if (base !== undefined) await io.stdout(`${place(all.length)}\n`);
  return failed ? 1 : 0;
};

async function through(
  bytes: Uint8Array,
  stream: { readable: ReadableStream; writable: WritableStream },
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  void writer.write(bytes.slice()).catch(() => {});
  void writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  const reader = stream.readable.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
    parts.push(value as Uint8Array);
  return joined(parts);
}
export const zipped = (bytes: Uint8Array): Promise<Uint8Array> => through(bytes, new CompressionStream("gzip"));
/** Throws ProgramError where it is no gzip. */
export async function unzipped(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await through(bytes, new DecompressionStream("gzip"));
  } catch {
    throw new ProgramError("invalid magic");
  }
}

const gzip: Program = async (world, io) => {
  const { words, has } = readOptions(
    io.args.filter((arg) => !/^-\d$/.test(arg)),
    "cdfkqv",
  );
  const isUnzip = has("d") || io.name !== "gzip";
  const change = isUnzip ? unzipped : zipped;
  if (!words.length || io.name === "zcat" || has("c")) {
    const { bytes, failed } = await bytesIn(world, io, words);
    await io.stdout(await change(bytes));
    return failed ? 1 : 0;
  }
  for (const name of words) {
    const path = absolute(name, io.cwd);
    if (isUnzip && !name.endsWith(".gz")) throw new ProgramError(`${name}: unknown suffix - ignored`);
    world.files.write(isUnzip ? path.slice(0, -3) : `${path}.gz`, await change(world.files.read(path)));
    if (!has("k")) world.files.remove(path);
  }
  return 0;
};

export const encoding: Readonly<Record<string, Program>> = {
  ...{ base64, md5sum: checksum, sha1sum: checksum, sha256sum: checksum, sha512sum: checksum },
  ...{ hexdump: dump, xxd: dump, hd: (world, io, run) => dump(world, { ...io, args: ["-C", ...io.args] }, run), od },
  ...{ gzip, gunzip: gzip, zcat: gzip },
  cmp: async (world, io) => {
    const { words } = readOptions(io.args, "s");
    const [a, b] = words.map((word) => world.files.read(absolute(word, io.cwd)));
    const at = a?.findIndex((byte, i) => byte !== b?.[i]) ?? -1;
    if (at < 0 && a?.length === b?.length) return 0;
    await io.stdout(
      `${words[0]} ${words[1]} differ: char ${(at < 0 ? (a?.length ?? 0) : at) + 1}, line ${textOf(bytesOf(a ?? "").subarray(0, at)).split("\n").length}\n`,
    );
    return 1;
  },
};
