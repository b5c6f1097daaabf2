/** Publishes the certificate of the cluster's authority in every namespace, where pods find it beside their token. */
import type * as core from "../../api/generated/core-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { configMaps, namespaces } from "../../client/kinds.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";
import { isActiveNamespace, isNoRoom } from "../namespace/room.ts";

const name = "kube-root-ca.crt";
const annotation = "kubernetes.io/description";
const description =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** `certificate` in PEM. */
export const rootCaPublisher = (certificate: string): Controller<core.Namespace> => ({
  name: "root-ca-certificate-publisher",
  reconciles: namespaces,
  wakes: [
    wake(configMaps, ({ before, after }) => {
      const { metadata } = after ?? before ?? {};
      return metadata?.name === name ? [metadata.namespace ?? ""] : [];
    }),
  ],
  async reconcile(namespace, { cache, client }) {
    if (!isActiveNamespace(cache(namespaces).get(namespace))) return done;
    const data = { "ca.crt": certificate };
    const found = cache(configMaps).get(`${namespace}/${name}`);
    try {
      if (!found) {
        await client.create(configMaps, {
          metadata: { namespace, name, annotations: { [annotation]: description } },
          data,
        });
      } else if (!deepEqual(found.data, data) || !found.metadata.annotations?.[annotation]) {
        const annotations = { ...found.metadata.annotations, [annotation]: description };
        await client.update(configMaps, { ...found, data, metadata: { ...found.metadata, annotations } });
      }
    } catch (error) {
      if (!isNoRoom(error)) throw error;
    }
    return done;
  },
});
