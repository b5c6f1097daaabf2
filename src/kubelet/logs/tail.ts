/** The end of a container's log as text. */
import type { Files } from "../host.ts";
import { parseLogLine, splitLines } from "./line.ts";

/** The last lines, at most `lines` and `bytes` of them. */
export async function tailOfLog(files: Files, path: string, lines: number, bytes: number): Promise<string> {
  const raw = await files.readFile(path, bytes * 4 + lines * 64);
  if (!raw) return "";
  const texts: string[] = [];
  for (const line of splitLines(raw)) {
    const parsed = parseLogLine(line);
    if (parsed) texts.push(new TextDecoder().decode(parsed.text));
  }
  const tail = texts.slice(-lines).join("");
  return tail.length > bytes ? tail.slice(-bytes) : tail;
}
