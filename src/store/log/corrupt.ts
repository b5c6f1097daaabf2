/** The files of a store are damaged: what was acknowledged cannot be read back. Nothing is changed then. */
export class CorruptStore extends Error {
  override readonly name = "CorruptStore";
  readonly file: string;
  readonly offset: number;
  constructor(file: string, offset: number, what: string) {
    super(
      `cannot open the store: ${what} (${file}, byte ${offset}); ` +
        "restore the directory from a backup, or move it away to start with an empty store",
    );
    this.file = file;
    this.offset = offset;
  }
}
