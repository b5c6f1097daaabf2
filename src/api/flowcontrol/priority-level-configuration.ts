import type { PriorityLevelConfiguration } from "../generated/flowcontrol-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { priorityLevelPrinter } from "./flow-printers.ts";
import { validateFixedLevel } from "./validation/fixed.ts";
import { validateFlowStatus } from "./validation/flow-schema.ts";
import { validatePriorityLevel } from "./validation/priority-level.ts";

const asLevel = (object: Draft | KubeObject): PriorityLevelConfiguration =>
  object as unknown as PriorityLevelConfiguration;
const usual = { shares: 30, handSize: 8, queues: 64, queueLength: 50 };

function defaults(object: Draft): void {
  const { limited, exempt } = asLevel(object).spec ?? {};
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= usual.shares;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (!queuing) return;
  queuing.handSize ||= usual.handSize;
  queuing.queues ||= usual.queues;
  queuing.queueLengthLimit ||= usual.queueLength;
}

export const priorityLevelConfiguration = defineKind({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  namespaced: false,
  type: "flowcontrol/v1.PriorityLevelConfiguration",
  strategy: {
    defaults,
    validate: (object) => validatePriorityLevel(asLevel(object)),
    validateUpdate: (object, old) => [
      ...validatePriorityLevel(asLevel(object)),
      ...validateFixedLevel(asLevel(object), asLevel(old)),
    ],
    generation: true,
  },
  status: { verbs: ["get", "patch", "update"], validateUpdate: (object) => validateFlowStatus(asLevel(object)) },
  printer: priorityLevelPrinter,
});
