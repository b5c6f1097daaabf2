/**
 * What the log needs of a file system: the seam behind which a disk can be simulated.
 *
 * Relied on: what `sync` has resolved survives power loss, as do names after `syncDirectory`; `rename` and `mark` are
 * atomic; a 512-byte sector is written whole or not at all. Nothing is relied on for writes that are not synced.
 */
export interface Files {
  /** Makes the directory, closed to others (0700), unless it is there. */
  makeDirectory(path: string): Promise<void>;
  list(directory: string): Promise<readonly string[]>;
  /** `create`: must not exist yet, is made closed to others (0600); `update`: must exist. */
  open(path: string, how: "create" | "update" | "read"): Promise<OpenFile>;
  /** Replaces what has the new name. */
  rename(from: string, to: string): Promise<void>;
  /** Makes a mark: a symbolic link, used for its text, which is there at once and takes no block. EEXIST if the name is taken. */
  mark(path: string, text: string): Promise<void>;
  readMark(path: string): Promise<string>;
  remove(path: string): Promise<void>;
  /** Makes the names in the directory durable. */
  syncDirectory(path: string): Promise<void>;
}

export interface OpenFile {
  size(): Promise<number>;
  /** Fewer bytes than asked for only at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Writes all before it returns (to the cache, not to disk), or throws; then any part may have been written. */
  write(bytes: Uint8Array, position: number): void;
  /** The same without holding up the thread. */
  writeLater(bytes: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Makes content and size durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** No space left, or the quota is used up. */
export const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT"].includes(String(codeOf(error)));
export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
export const isTaken = (error: unknown): boolean => codeOf(error) === "EEXIST";

/** Removes a file; one that is not there is as good. */
export async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** The whole of a file. */
export async function readWhole(files: Files, path: string): Promise<Buffer> {
  const file = await files.open(path, "read");
  try {
    const bytes = await file.read(0, await file.size());
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    await file.close();
  }
}
