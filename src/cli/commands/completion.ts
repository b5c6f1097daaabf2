/** `cox completion`: scripts that let a shell complete commands, from the commands that there are. */
import { Argument, type Command } from "commander";
import { globalFlags } from "../verbs/verb.ts";
import { verbs } from "../verbs/verbs.ts";
import type { Register } from "./options.ts";

interface Words {
  readonly name: string;
  readonly about: string;
  readonly below: readonly string[];
  readonly flags: readonly string[];
}

export const registerCompletion: Register = (program, { out }) => {
  program
    .command("completion")
    .description("print a script that completes commands in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .action((shell: "bash" | "zsh" | "fish") => out(scripts[shell](wordsOf(program))));
};

function wordsOf(program: Command): readonly Words[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => {
      const verb = verbs.find(({ name }) => name === command.name());
      const options = command.options.flatMap((option) => (option.long && !option.hidden ? [option.long] : []));
      return {
        name: command.name(),
        about: command.description(),
        below: verb ? (verb.below ?? []).map(({ name }) => name) : command.commands.map((below) => below.name()),
        flags: verb ? Object.keys({ ...verb.flags, ...globalFlags }).map((name) => `--${name}`) : options,
      };
    });
}

const scripts: Readonly<Record<"bash" | "zsh" | "fish", (words: readonly Words[]) => string>> = { bash, zsh, fish };

/** Names of objects are asked for where a kind has been named: `cox get pods <TAB>`. */
const objects = 'cox get "$kind" -o name 2>/dev/null | sed "s#.*/##"';
const named = "get describe delete scale label annotate edit";

function bash(words: readonly Words[]): string {
  const cases = words.map((w) => `    ${w.name}) words="${[...w.below, ...w.flags].join(" ")}" ;;`);
  return `# bash completion for cox: source <(cox completion bash)
_cox() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb="\${COMP_WORDS[1]}" kind="\${COMP_WORDS[2]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${words.map((w) => w.name).join(" ")}" -- "$current"))
    return
  fi
  case "$verb" in
${cases.join("\n")}
  esac
  case " ${named} " in *" $verb "*)
    if [ "\${current#-}" = "$current" ]; then
      if [ "$COMP_CWORD" -eq 2 ]; then words="$words $(cox api-resources -o name 2>/dev/null)"
      else words="$words $(${objects})"; fi
    fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cox cox
`;
}

function zsh(words: readonly Words[]): string {
  const quoted = (text: string): string => text.replace(/'/g, "'\\''").replace(/:/g, "\\:");
  const cases = words.map((w) => `    ${w.name}) words=(${[...w.below, ...w.flags].join(" ")}) ;;`);
  return `#compdef cox
# zsh completion for cox: source <(cox completion zsh)
_cox() {
  local -a commands words
  commands=(
${words.map((w) => `    '${w.name}:${quoted(w.about)}'`).join("\n")}
  )
  if (( CURRENT == 2 )); then _describe 'command' commands; return; fi
  local verb="\${words[2]}"
  local kind="\${words[3]}"
  local position=$CURRENT
  case "$verb" in
${cases.join("\n")}
  esac
  if [[ " ${named} " == *" $verb "* ]]; then
    if (( position == 3 )); then words+=(\${(f)"$(cox api-resources -o name 2>/dev/null)"})
    else words+=(\${(f)"$(${objects})"}); fi
  fi
  compadd -a words
}
compdef _cox cox
`;
}

function fish(words: readonly Words[]): string {
  const quoted = (text: string): string => text.replace(/'/g, "\\'");
  const lines = words.flatMap((w) => [
    `complete -c cox -n __fish_use_subcommand -f -a ${w.name} -d '${quoted(w.about)}'`,
    ...(w.below.length
      ? [`complete -c cox -n '__fish_seen_subcommand_from ${w.name}' -f -a '${w.below.join(" ")}'`]
      : []),
    ...w.flags.map((flag) => `complete -c cox -n '__fish_seen_subcommand_from ${w.name}' -l ${flag.slice(2)}`),
  ]);
  return `# fish completion for cox: cox completion fish | source
${lines.join("\n")}
complete -c cox -n '__fish_seen_subcommand_from ${named}' -f -a '(cox api-resources -o name 2>/dev/null)'
`;
}
