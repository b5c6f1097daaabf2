/** Programs that do the same with each path that they are given. */
import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation } from "../process.ts";

/** Does something with each path; says where it could not, and goes on. */
export function each(
  io: Invocation,
  paths: readonly string[],
  work: (full: string, path: string) => void,
  says = (path: string, why: FileError) => `${path}: ${why.message}`,
): number {
  let failed = 0;
  for (const path of paths) {
    try {
      work(absolute(path, io.cwd), path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`${io.name}: ${says(path, error)}\n`);
      failed = 1;
    }
  }
  return failed;
}
