/**
 * `$(NAME)` in commands, arguments and environment
 * (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/).
 */

/** Replaces references to what `lookUp` knows; `$$` stands for `$`, and unknown names stay as they are. */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name: string | undefined) => {
    if (after === "$") return "$";
    return lookUp(name ?? "") ?? whole;
  });
}

/** Like `expand`, but throws where a name is unknown (`subPathExpr`). */
export function expandStrictly(text: string, lookUp: (name: string) => string | undefined): string {
  return expand(text, (name) => {
    const value = lookUp(name);
    if (value === undefined) throw new Error(`missing value for "${name}"`);
    return value;
  });
}
