/** Gives a cluster the roles and bindings that every cluster has, and brings those it has up to date. */
import { ApiError } from "../api/errors.ts";
import { type AnyObject, anyKind, type Client, type KindOf } from "../client/client.ts";
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from "../client/kinds.ts";
import {
  defaultClusterRoleBindings,
  defaultClusterRoles,
  defaultRoleBindings,
  defaultRoles,
} from "./roles/default-roles.ts";
import type { AnyBinding, AnyRole } from "./roles/notation.ts";
import { planBinding, planRole, type Step } from "./roles/reconcile.ts";

/** Somebody else may write the same object at the same time: then it is looked at once more. */
const attempts = 3;

export async function bootstrapRoles(client: Client): Promise<void> {
  await Promise.all([
    reconcileAll(client, anyKind(clusterRoles), defaultClusterRoles, planRole),
    reconcileAll(client, anyKind(clusterRoleBindings), defaultClusterRoleBindings, planBinding),
    reconcileAll(client, anyKind(roles), defaultRoles, planRole),
    reconcileAll(client, anyKind(roleBindings), defaultRoleBindings, planBinding),
  ]);
}

async function reconcileAll<T extends AnyRole | AnyBinding>(
  client: Client,
  kind: KindOf<AnyObject>,
  wanted: readonly T[],
  plan: (existing: T | undefined, wanted: T) => Step<T>,
): Promise<void> {
  const { items } = await client.list(kind);
  const there = new Map(items.map((object) => [keyOf(object as unknown as T), object as unknown as T]));
  const one = async (object: T): Promise<void> => {
    let existing = there.get(keyOf(object));
    for (let left = attempts; ; left--) {
      try {
        return await carryOut(client, kind, plan(existing, object));
      } catch (error) {
        const reason = error instanceof ApiError ? error.reason : "";
        if (left <= 1 || !["AlreadyExists", "Conflict", "NotFound"].includes(reason)) throw error;
        const { namespace, name = "" } = object.metadata;
        existing = (await client.get(kind, { namespace, name }).catch(() => undefined)) as unknown as T | undefined;
      }
    }
  };
  await Promise.all(wanted.map(one));
}

const keyOf = ({ metadata }: AnyRole | AnyBinding): string => `${metadata.namespace ?? ""}/${metadata.name}`;

async function carryOut<T extends AnyRole | AnyBinding>(
  client: Client,
  kind: KindOf<AnyObject>,
  step: Step<T>,
): Promise<void> {
  switch (step.do) {
    case "nothing":
      return;
    case "create":
      await client.create(kind, step.object as never);
      return;
    case "update":
      await client.update(kind, step.object as never);
      return;
    case "replace": {
      const { namespace, name = "" } = step.object.metadata;
      await client.delete(kind, { namespace, name });
      await client.create(kind, step.object as never);
    }
  }
}
