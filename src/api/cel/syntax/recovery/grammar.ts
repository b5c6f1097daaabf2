/**
 * The grammar of the language (cel-spec's langdef, as cel-go's CEL.g4 has it), rules that begin with themselves written
 * as loops with precedences.
 */
import { buildNetwork, far, oneOf, optional, plus, precedence, r, seq, star, t } from "./network.ts";

export const grammar = buildNetwork({
  start: seq(r("expr"), t("<EOF>")),
  expr: seq(r("conditionalOr"), optional(t("?"), r("conditionalOr"), t(":"), r("expr"))),
  conditionalOr: seq(r("conditionalAnd"), star(t("||"), r("conditionalAnd"))),
  conditionalAnd: seq(r("relation"), star(t("&&"), r("relation"))),
  relation: seq(r("calc"), far.star(seq(precedence(1), t("<", "<=", ">=", ">", "==", "!=", "in"), r("relation", 2)))),
  calc: seq(
    r("unary"),
    far.star(seq(precedence(2), t("*", "/", "%"), r("calc", 3)), seq(precedence(1), t("+", "-"), r("calc", 2))),
  ),
  unary: far.oneOf(r("member"), seq(plus(t("!")), r("member")), seq(far.plus(t("-")), r("member"))),
  member: seq(
    r("primary"),
    far.star(
      seq(precedence(3), t("."), optional(t("?")), r("escapeIdent")),
      seq(precedence(2), t("."), t("IDENTIFIER"), t("("), optional(r("exprList")), t(")")),
      seq(precedence(1), t("["), optional(t("?")), r("expr"), t("]")),
    ),
  ),
  primary: far.oneOf(
    seq(optional(t(".")), t("IDENTIFIER")),
    seq(optional(t(".")), t("IDENTIFIER"), t("("), optional(r("exprList")), t(")")),
    seq(t("("), r("expr"), t(")")),
    seq(t("["), optional(r("listInit")), optional(t(",")), t("]")),
    seq(t("{"), optional(r("mapInitializerList")), optional(t(",")), t("}")),
    seq(
      optional(t(".")),
      t("IDENTIFIER"),
      star(t("."), t("IDENTIFIER")),
      t("{"),
      optional(r("fieldInitializerList")),
      optional(t(",")),
      t("}"),
    ),
    r("literal"),
  ),
  exprList: seq(r("expr"), star(t(","), r("expr"))),
  listInit: seq(r("optExpr"), far.star(seq(t(","), r("optExpr")))),
  fieldInitializerList: seq(r("optField"), t(":"), r("expr"), far.star(seq(t(","), r("optField"), t(":"), r("expr")))),
  optField: seq(optional(t("?")), r("escapeIdent")),
  mapInitializerList: seq(r("optExpr"), t(":"), r("expr"), far.star(seq(t(","), r("optExpr"), t(":"), r("expr")))),
  escapeIdent: oneOf(t("IDENTIFIER"), t("ESC_IDENTIFIER")),
  optExpr: seq(optional(t("?")), r("expr")),
  literal: far.oneOf(
    seq(optional(t("-")), t("NUM_INT")),
    t("NUM_UINT"),
    seq(optional(t("-")), t("NUM_FLOAT")),
    t("STRING"),
    t("BYTES"),
    t("true"),
    t("false"),
    t("null"),
  ),
});
