/** Why something could not be done with a file, in the words of strerror(3). */
const texts = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  EEXIST: "File exists",
  EISDIR: "Is a directory",
  ENOTDIR: "Not a directory",
  ENOTEMPTY: "Directory not empty",
  EROFS: "Read-only file system",
  ENOSPC: "No space left on device",
  ELOOP: "Too many levels of symbolic links",
  EBUSY: "Resource busy",
  EINVAL: "Invalid argument",
} as const;

export type FileErrorCode = keyof typeof texts;

export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: FileErrorCode;
  constructor(code: FileErrorCode) {
    super(texts[code]);
    this.code = code;
  }
}

/** What `work` gives, or undefined where there is no such file. Rethrows all else. */
export function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileError && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
