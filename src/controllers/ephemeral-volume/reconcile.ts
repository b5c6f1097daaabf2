/** Makes the claims that pods bring along (https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes). */
import type * as core from "../../api/generated/core-v1.ts";
import { type Pod, persistentVolumeClaims, pods } from "../../client/kinds.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";

const hasOwnClaims = ({ metadata, spec }: Pod): boolean =>
  !metadata.deletionTimestamp && (spec.volumes ?? []).some(({ ephemeral }) => ephemeral);

export const ephemeralVolumeController: Controller<core.Pod> = {
  name: "ephemeral-volume-controller",
  reconciles: pods,
  ignores: ({ after }) => !after || !hasOwnClaims(after),
  wakes: [
    wake(persistentVolumeClaims, ({ before, after }) => {
      const owner = (after ?? before)?.metadata.ownerReferences?.find(
        ({ kind, controller }) => kind === "Pod" && controller,
      );
      return owner && !after ? [`${before?.metadata.namespace}/${owner.name}`] : [];
    }),
  ],
  async reconcile(key, { cache, client, events }) {
    const pod = cache(pods).get(key);
    if (!pod || !hasOwnClaims(pod)) return done;
    const { namespace = "", name = "", uid = "" } = pod.metadata;
    for (const { name: volume, ephemeral } of pod.spec.volumes ?? []) {
      const template = ephemeral?.volumeClaimTemplate;
      if (!template) continue;
      const claim = `${name}-${volume}`;
      const known = cache(persistentVolumeClaims).get(`${namespace}/${claim}`);
      if (known && !known.metadata.ownerReferences?.some((owner) => owner.uid === uid)) {
        const text = `PVC "${namespace}/${claim}" was not created for pod "${namespace}/${name}" (pod is not owner)`;
        events.warning(regarding(pods, pod), "ClaimCreationFailed", text);
        throw new Error(text);
      }
      if (known) continue;
      await client.create(persistentVolumeClaims, {
        metadata: {
          ...{ name: claim, namespace, labels: template.metadata?.labels, annotations: template.metadata?.annotations },
          ownerReferences: [{ apiVersion: "v1", kind: "Pod", name, uid, controller: true, blockOwnerDeletion: true }],
        },
        spec: template.spec,
        status: {},
      } as never);
    }
    return done;
  },
};
