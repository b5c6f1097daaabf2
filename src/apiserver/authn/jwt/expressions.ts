/** Expressions in CEL over the claims of a token, and over the user that they make (apiserver's `authentication/cel`). */

import type { Environment } from "../../../api/cel/check/environment.ts";
import { compile, Faults } from "../../../api/cel/compile.ts";
import { type Program, program } from "../../../api/cel/evaluate/program.ts";
import type { Variables } from "../../../api/cel/evaluate/run.ts";
import { kubernetesEnvironment } from "../../../api/cel/library/kubernetes.ts";
import { declaredType } from "../../../api/cel/schema/declared.ts";
import { untypedValue } from "../../../api/cel/schema/untyped.ts";
import { schemaValue } from "../../../api/cel/schema/values.ts";
import { descendants } from "../../../api/cel/syntax/expression.ts";
import { mapOf, types } from "../../../api/cel/types/type.ts";
import { CelError } from "../../../api/cel/values/error.ts";
import { elements, isList } from "../../../api/cel/values/list.ts";
import type { Value } from "../../../api/cel/values/value.ts";
import type { User } from "../../context.ts";

const text = { type: "string" };
const texts = { type: "array", items: text };
const userSchema = {
  type: "object",
  properties: { username: text, uid: text, groups: texts, extra: { type: "object", additionalProperties: texts } },
};
const userType = declaredType(userSchema, false, "kubernetes.UserInfo")?.type ?? types.dyn;
const ofClaims = kubernetesEnvironment.withVariables({ claims: mapOf(types.string, types.dyn) });
const ofUser = kubernetesEnvironment.withTypes([userType]).withVariables({ user: userType });

/** An expression, ready to run, and the claims that it names. */
export interface Compiled {
  readonly text: string;
  readonly program: Program;
  readonly claims: ReadonlySet<string>;
}

/** What is wrong with an expression. */
export class ExpressionFault extends Error {
  override readonly name = "ExpressionFault";
}

/** Throws ExpressionFault. */
export const compileClaims = (source: string, mustBeBool = false): Compiled => compiled(source, ofClaims, mustBeBool);
/** Throws ExpressionFault. */
export const compileUser = (source: string): Compiled => compiled(source, ofUser, true);

function compiled(source: string, environment: Environment, mustBeBool: boolean): Compiled {
  const checked = compile(source, environment);
  if (checked instanceof Faults) throw new ExpressionFault(`compilation failed: ${checked}`);
  if (mustBeBool && checked.type.kind !== "bool") throw new ExpressionFault("must evaluate to bool");
  const claims = new Set<string>();
  for (const node of descendants(checked.root)) {
    if (node.kind === "select" && node.operand.kind === "ident" && node.operand.name === "claims")
      claims.add(node.field);
  }
  try {
    return { text: source, program: program(checked), claims };
  } catch (error) {
    if (error instanceof CelError) throw new ExpressionFault(`program instantiation failed: ${error.message}`);
    throw error;
  }
}

/** Throws Error with why it has no value. */
export const overClaims = ({ program: run }: Compiled, claims: Readonly<Record<string, unknown>>): Value =>
  outcomeOf(run.run(only("claims", untypedValue(claims))));

export function overUser({ program: run }: Compiled, { name, uid, groups, extra }: User): Value {
  const json = { username: name, uid: uid ?? "", groups, extra: extra ?? {} };
  return outcomeOf(run.run(only("user", schemaValue(json, userSchema))));
}

const only = (name: string, value: Value): Variables => ({ find: (asked) => (asked === name ? value : undefined) });

function outcomeOf(outcome: ReturnType<Program["run"]>): Value {
  if (outcome.kind === "value") return outcome.value;
  throw new Error(outcome.message);
}

/** A text, or a list of texts, without those that are empty. Throws Error for anything else. */
export function textsOf(value: Value): string[] {
  if (value === null) return [];
  if (typeof value === "string") return value ? [value] : [];
  if (!isList(value)) throw new Error("expression must return a string or a list of strings");
  const all = [...elements(value)];
  if (!all.every((one) => typeof one === "string"))
    throw new Error("expression must return a string or a list of strings");
  return (all as string[]).filter(Boolean);
}
