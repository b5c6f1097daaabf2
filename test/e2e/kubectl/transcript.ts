/**
 * Transcripts: what a person types and what a terminal shows, as text.
 *
 *     # a word about what follows
 *     $ kubectl apply -f - <<'END'       a line for sh; it runs in both versions of kubectl
 *     > kind: ConfigMap                  its next lines
 *     | configmap/c created              what it writes to stdout
 *     ! Warning: …                       and to stderr
 *     = 1                                its exit code, when it is not 0
 *     $36 kubectl kuberc view            only in 1.36 (or 35)
 *     @ kubectl get pod p | grep …       repeated until it succeeds; what it writes is not compared
 *
 * What no two runs share (ages, times, uids, addresses, made-up names) is replaced by a sign, see `masked`.
 */
export type Minor = 35 | 36;

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Step {
  readonly line: string;
  /** Comment lines before it, as they stand. */
  readonly comment: readonly string[];
  /** Repeated until it succeeds. */
  readonly until: boolean;
  readonly minors: readonly Minor[];
  readonly expected: Outcome;
}

const both: readonly Minor[] = [35, 36];

/** The steps of a transcript. Throws at a line that is none of the above. */
export function parseTranscript(text: string): Step[] {
  const steps: { -readonly [K in keyof Step]: Step[K] }[] = [];
  let comment: string[] = [];
  for (const line of text.split("\n")) {
    const [, sign = "", only, rest = ""] = /^([$@>|!=])(35|36)?(?: (.*))?$/.exec(line) ?? [];
    const last = steps.at(-1);
    if (sign === "$" || sign === "@") {
      const minors = only ? [Number(only) as Minor] : both;
      steps.push({ line: rest, comment, until: sign === "@", minors, expected: { code: 0, out: "", err: "" } });
      comment = [];
    } else if (sign && last) {
      const { expected } = last;
      if (sign === ">") last.line += `\n${rest}`;
      if (sign === "|") last.expected = { ...expected, out: `${expected.out}${rest}\n` };
      if (sign === "!") last.expected = { ...expected, err: `${expected.err}${rest}\n` };
      if (sign === "=") last.expected = { ...expected, code: Number(rest) };
    } else if (line.startsWith("#")) comment.push(line);
    else if (line) throw new Error(`no line of a transcript: ${line}`);
  }
  return steps;
}

const prefixed = (sign: string, text: string): string =>
  text.replace(/\n$/, "").replace(/^.*$/gm, (line) => (line ? `${sign} ${line}` : sign));

/** What was written, as a transcript shows it. */
export function formatOutcome({ code, out, err }: Outcome): string {
  return [out && prefixed("|", out), err && prefixed("!", err), code && `= ${code}`].filter(Boolean).join("\n");
}

export function formatTranscript(steps: readonly Step[]): string {
  const blocks = steps.map(({ line, comment, until, minors, expected }) => {
    const [first, ...more] = line.split("\n");
    const sign = `${until ? "@" : "$"}${minors.length === 1 ? minors[0] : ""}`;
    const typed = [`${sign} ${first}`, ...more.map((l) => `> ${l}`.trimEnd())];
    return [...comment, ...typed, ...(until ? [] : [formatOutcome(expected)].filter(Boolean))].join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

const made = "[bcdfghjklmnpqrstvwxz2456789]";
const age = "(?:\\d+y)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?\\d+(?:\\.\\d+)?m?s";
const signs: readonly (readonly [RegExp, string])[] = [
  [/\$CLUSTER-worker\d*/g, "$CLUSTER-worker<n>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/g, "<time>"],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<time>"],
  [/((https?|wss):\/\/)?\b\d+\.\d+\.\d+\.\d+(:\d+)?(\/\d+)?\b/g, "<address>"],
  [/\b(\d+):3[0-2]\d{3}\/TCP/g, "$1:<port>/TCP"],
  [/(nodePort: |NodePort: .*?)3[0-2]\d{3}/g, "$1<port>"],
  [/((containerd|simulated):\/\/|sha256:|X509SHA256=)[0-9a-f]{64}/g, "$1<id>"],
  [new RegExp(`-[4-9bcdf]{6,10}-${made}{5}\\b`, "g"), "-<hash>-<made>"],
  [/-(?=[4-9bcdf]*\d)[4-9bcdf]{8,10}\b/g, "-<hash>"],
  [/(pod-template-hash"?[=:] ?"?)[4-9bcdf]+/g, "$1<hash>"],
  [new RegExp(`(?<=[A-Za-z0-9]-)${made}{5}\\b`, "g"), "<made>"],
  [/(resourceVersion\\*"?: ?\\*")\d+/g, "$1<version>"],
  [/(resource version to be \d+, was )\d+/g, "$1<version>"],
  [/\b([WIEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.]+):\d+\]/g, "$1<time> $2:<line>]"],
  [/(kubectl-edit-)\d+/g, "$1<made>"],
  [/(Resource Version: +)\d+/g, "$1<version>"],
  [/\/tmp\/[\w./-]+/g, "<file>"],
  [new RegExp(`(?<![\\w.=-])${age}(?![\\w-])`, "g"), "<age>"],
  [/(?<= )\d+[mhd]\d*[smh]?(?= |$)/gm, "<age>"],
  [/\(x\d+ over <age>\)/g, "(x<n> over <age>)"],
  // the width of a column depends on the longest of what was replaced
  [/(?<=\S)[ \t]{2,}(?=\S)|(?<=\S)\t/g, "  "],
  [/[ \t]+$/gm, ""],
];

/** The text with signs for what no two runs share; `names` are those of this run, the longest first. */
export function masked(text: string, names: ReadonlyMap<string, string>): string {
  let said = text;
  for (const [name, sign] of names) said = said.replaceAll(name, sign);
  for (const [found, sign] of signs) said = said.replace(found, sign);
  return said;
}
