/** A `default` service account in every namespace (https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts). */
import type * as core from "../../api/generated/core-v1.ts";
import { namespaces, serviceAccounts } from "../../client/kinds.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";
import { isActiveNamespace, isNoRoom } from "../namespace/room.ts";

const name = "default";

export const serviceAccountController: Controller<core.Namespace> = {
  name: "service-account-controller",
  reconciles: namespaces,
  wakes: [
    wake(serviceAccounts, ({ before, after }) =>
      !after && before?.metadata.name === name ? [before.metadata.namespace ?? ""] : [],
    ),
  ],
  async reconcile(namespace, { cache, client }) {
    if (!isActiveNamespace(cache(namespaces).get(namespace))) return done;
    if (cache(serviceAccounts).get(`${namespace}/${name}`)) return done;
    try {
      await client.create(serviceAccounts, { metadata: { namespace, name } });
    } catch (error) {
      if (!isNoRoom(error)) throw error;
    }
    return done;
  },
};
