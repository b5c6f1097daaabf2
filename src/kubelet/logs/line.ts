/** Lines of a container's log as runtimes write them: `time stream P|F text`, where P marks a part of a longer line. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as written. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  /** With its newline, unless it is a part, or the log's end. */
  readonly text: Uint8Array;
}

const decoder = new TextDecoder();
const space = 0x20;
const newline = 0x0a;

/** Reads one line, without its newline; undefined if it is none. */
export function parseLogLine(line: Uint8Array): LogLine | undefined {
  const first = line.indexOf(space);
  const second = first < 0 ? -1 : line.indexOf(space, first + 1);
  if (second < 0) return undefined;
  const third = line.indexOf(space, second + 1);
  const tagEnd = third < 0 ? line.length : third;
  const stream = decoder.decode(line.subarray(first + 1, second));
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const partial = decoder.decode(line.subarray(second + 1, tagEnd)).split(":")[0] === "P";
  const content = third < 0 ? line.subarray(line.length) : line.subarray(third + 1);
  const text = new Uint8Array(content.length + (partial ? 0 : 1));
  text.set(content);
  if (!partial) text[content.length] = newline;
  return { time: decoder.decode(line.subarray(0, first)), stream, text };
}

/** The lines of a log; an unfinished one at the end is left for the next time. */
export function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (let end = bytes.indexOf(newline, from); end >= 0; end = bytes.indexOf(newline, from)) {
    yield bytes.subarray(from, end);
    from = end + 1;
  }
}
