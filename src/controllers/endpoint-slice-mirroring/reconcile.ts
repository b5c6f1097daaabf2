/** Mirrors Endpoints that somebody made for a Service without a selector into EndpointSlices. */
import type * as core from "../../api/generated/core-v1.ts";
import { type Endpoints, endpoints, type Service, services } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { carryOut, slicesOf, wakeOnSlices } from "../endpoint-slice/reconcile.ts";
import { isEndingNamespace } from "../pods/pod-control.ts";
import { manager, maxPerSubset, planMirror } from "./plan.ts";

const skipLabel = "endpointslice.kubernetes.io/skip-mirror";
const lockAnnotation = "control-plane.alpha.kubernetes.io/leader";

const isMirrored = (found: Endpoints | undefined, service: Service | undefined): found is Endpoints =>
  found !== undefined &&
  found.metadata.labels?.[skipLabel] !== "true" &&
  found.metadata.annotations?.[lockAnnotation] === undefined &&
  service !== undefined &&
  service.spec.selector === undefined;

export const endpointSliceMirroringController: Controller<core.Endpoints> = {
  name: "endpointslicemirroring-controller",
  reconciles: endpoints,
  wakes: [
    wake(services, ({ before, after }) => {
      const service = after ?? before;
      const changed = !before || !after || (before.spec.selector === undefined) !== (after.spec.selector === undefined);
      return service && changed ? [cacheKey(service)] : [];
    }),
    wakeOnSlices(manager),
  ],
  async reconcile(key, context) {
    const { cache, client, events } = context;
    const found = cache(endpoints).get(key);
    const existing = slicesOf(context, key, manager);
    if (!isMirrored(found, cache(services).get(key))) {
      if (existing.length) await carryOut({ create: [], update: [], remove: existing }, client);
      return done;
    }
    const plan = planMirror(found, existing);
    const about = regarding(endpoints, found);
    if (plan.invalid) {
      const text = `Skipped ${plan.invalid} invalid IP addresses when mirroring to EndpointSlices`;
      events.warning(about, "InvalidIPAddress", text);
    }
    if (plan.skipped) {
      const text = `A max of ${maxPerSubset} addresses can be mirrored to EndpointSlices per Endpoints subset. ${plan.skipped} addresses were skipped`;
      events.warning(about, "TooManyAddressesToMirror", text);
    }
    try {
      await carryOut(plan, client);
    } catch (error) {
      if (!isEndingNamespace(error)) throw error;
    }
    return done;
  },
};
