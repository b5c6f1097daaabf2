/** Which commands and flags of kubectl the transcripts use. */
import type { Command } from "./help-tree.ts";
import type { Step } from "./transcript.ts";

/** Flags of the parts that all commands share (files in, formats out): one row anywhere says how the server takes them. */
const shared = new Set([
  ...["--filename", "--kustomize", "--recursive", "--output", "--template", "--allow-missing-template-keys"],
  ...["--show-managed-fields", "--no-headers"],
]);

/** Flags that no server sees: how text is laid out on disk, plug-ins of kustomize, what kubectl logs of itself. */
const clientOnly = new Set([
  ...["--windows-line-endings", "--log-flush-frequency", "--profile-output", "--vmodule"],
  ...[
    "as-current-user",
    "enable-alpha-plugins",
    "enable-helm",
    "env",
    "helm-api-versions",
    "helm-command",
    "helm-debug",
  ]
    .concat("helm-kube-version", "mount", "network", "network-name")
    .map((name) => `kustomize --${name}`),
  // it ends in a panic (cmd/wait/condition.go, extendErrWaitTimeout)
  "wait --local",
]);

/** A use of kubectl in a line: its words without flags, and its flags without values. */
interface Use {
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
}

function usesIn(line: string): Use[] {
  const calls = line.matchAll(/\bkubectl ((?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^;|&)\n'"])*)/g);
  return [...calls].map(([, text = ""]) => {
    const [before = ""] = text.split(/ -- /);
    const typed = before.match(/(?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"])+/g) ?? [];
    const flags = typed.flatMap((word) => {
      if (word.startsWith("--")) return [word.replace(/=.*$/s, "")];
      return word.startsWith("-") ? [...word.slice(1).replace(/=.*$/s, "")].map((letter) => `-${letter}`) : [];
    });
    return { words: typed.filter((word) => !word.startsWith("-")), flags: new Set(flags) };
  });
}

/** The command that a use is of: the longest whose words it begins with. */
function commandOf(use: Use, commands: readonly Command[]): Command | undefined {
  const line = `${use.words.join(" ")} `;
  const fitting = commands.filter(({ words }) => line.startsWith(`${words} `));
  return fitting.sort((a, b) => b.words.length - a.words.length)[0];
}

/** What of kubectl no step uses: `create quota`, `get --watch-only`. */
export function unused(steps: readonly Step[], commands: readonly Command[], global: Command["flags"]): string[] {
  const uses = steps.flatMap(({ line }) => usesIn(line)).map((use) => ({ use, command: commandOf(use, commands) }));
  const isUsed = (long: string, short: string, by?: Command): boolean =>
    uses.some(({ use, command }) => (!by || by === command) && (use.flags.has(long) || use.flags.has(short)));
  const found = commands.flatMap((command) => {
    if (!uses.some((each) => each.command === command)) return [command.words];
    return [...command.flags]
      .filter(([long, short]) => !isUsed(long, short, shared.has(long) ? undefined : command))
      .map(([long]) => `${command.words} ${long}`);
  });
  const others = [...global].filter(([long, short]) => !isUsed(long, short)).map(([long]) => long);
  return [...found, ...others].filter((name) => !clientOnly.has(name) && !clientOnly.has(name.split(" ").at(-1)!));
}
