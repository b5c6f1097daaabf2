/** All verbs, in the order in which help lists them. */
import { apply } from "./apply.ts";
import { auth, certificate } from "./auth.ts";
import { config } from "./config.ts";
import { cp } from "./cp.ts";
import { create } from "./create/create.ts";
import { debug } from "./debug.ts";
import { deleteVerb } from "./delete.ts";
import { describe } from "./describe.ts";
import { apiResources, apiVersions, clusterInfo, explain } from "./discover.ts";
import { events, top } from "./events.ts";
import { attach, exec } from "./exec.ts";
import { autoscale, expose } from "./expose.ts";
import { get } from "./get.ts";
import { annotate, label } from "./label.ts";
import { logs } from "./logs.ts";
import { cordon, drain, taint, uncordon } from "./node.ts";
import { patch } from "./patch.ts";
import { portForward } from "./port-forward.ts";
import { diff, edit, replace } from "./replace.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set.ts";
import type { Verb } from "./verb.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

export const verbs: readonly Verb[] = [
  get,
  create,
  apply,
  describe,
  deleteVerb,
  logs,
  exec,
  attach,
  run,
  scale,
  rollout,
  set,
  patch,
  label,
  annotate,
  wait,
  replace,
  diff,
  edit,
  portForward,
  cp,
  debug,
  expose,
  autoscale,
  explain,
  events,
  top,
  cordon,
  uncordon,
  drain,
  taint,
  auth,
  certificate,
  apiResources,
  apiVersions,
  clusterInfo,
  config,
  version,
];
