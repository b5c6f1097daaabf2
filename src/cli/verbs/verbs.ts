/** All verbs, in the order in which help lists them. */
import { apply } from "./apply.ts";
import { create } from "./create/create.ts";
import { deleteVerb } from "./delete.ts";
import { attach, exec } from "./exec.ts";
import { get } from "./get.ts";
import { annotate, label } from "./label.ts";
import { logs } from "./logs.ts";
import { patch } from "./patch.ts";
import { scale } from "./scale.ts";
import type { Verb } from "./verb.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

export const verbs: readonly Verb[] = [
  get,
  create,
  apply,
  deleteVerb,
  logs,
  exec,
  attach,
  scale,
  patch,
  label,
  annotate,
  wait,
  version,
];
