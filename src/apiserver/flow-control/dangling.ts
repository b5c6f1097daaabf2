/** Keeps the condition `Dangling` of each flow schema: whether its priority level is there. */
import { flowSchema as schemaKind } from "../../api/flowcontrol/flow-schema.ts";
import type { FlowSchema } from "../../api/generated/flowcontrol-v1.ts";
import type { Shared } from "../../api/object.ts";
import { type Clock, rfc3339 } from "../../base/clock.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import { anyKind, type Client } from "../../client/client.ts";
import type { PriorityAndFairness } from "./priority-and-fairness.ts";

/** The name under which the server writes it. */
const manager = "api-priority-and-fairness-config-consumer-v1";
const schemas = anyKind(schemaKind);

/** What the condition has to say; undefined: it says so already. */
export function danglingCondition(schema: Shared<FlowSchema>, hasLevel: boolean, now: number): object | undefined {
  const { name } = schema.spec.priorityLevelConfiguration;
  const wanted = {
    status: hasLevel ? "False" : "True",
    reason: hasLevel ? "Found" : "NotFound",
    message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)} ${hasLevel ? "and it exists" : "but there is no such object"}`,
  };
  const known = schema.status?.conditions?.find(({ type }) => type === "Dangling");
  const isSame = known?.status === wanted.status && known.reason === wanted.reason && known.message === wanted.message;
  return isSame ? undefined : { type: "Dangling", ...wanted, lastTransitionTime: rfc3339(now) };
}

export interface DanglingOptions {
  readonly flow: PriorityAndFairness;
  readonly client: Client;
  readonly clock: Clock;
  readonly onError: (name: string, error: unknown) => void;
}

/** Works until it is stopped. */
export function keepDangling({ flow, client, clock, onError }: DanglingOptions): { stop(): Promise<void> } {
  const queue = new WorkQueue({
    clock,
    onError,
    work: async (name) => {
      const schema = flow.schemas.find(({ metadata }) => metadata.name === name);
      const condition =
        schema && danglingCondition(schema, flow.hasLevel(schema.spec.priorityLevelConfiguration.name), clock.now());
      if (!condition) return;
      const applied = {
        apiVersion: "flowcontrol.apiserver.k8s.io/v1",
        kind: "FlowSchema",
        metadata: { name },
        status: { conditions: [condition] },
      };
      await client.patch(schemas, { name }, applied, {
        type: "apply",
        subresource: "status",
        fieldManager: manager,
        force: true,
      });
    },
  });
  const all = (): void => {
    for (const { metadata } of flow.schemas) queue.add(metadata.name ?? "");
  };
  flow.onChange(all);
  all();
  return queue;
}
