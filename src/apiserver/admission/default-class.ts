/** Classes that call themselves the default; where several do, the newest is. */

import type { Ingress } from "../../api/generated/networking-v1.ts";
import type { Kind } from "../../api/kind.ts";
import { ingressClass as ingressClassKind } from "../../api/networking/ingress-class.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import type { AdmissionPlugin } from "./admission.ts";

/** The name of the default class of a kind; `marks`: the annotations that make one the default. */
export async function newestDefault(
  registry: Registry,
  kind: Kind,
  marks: readonly string[],
): Promise<string | undefined> {
  const { entries } = await registry.store.list(prefixOf(kind));
  const [newest] = entries
    .map(({ value }) => value.metadata)
    .filter(({ annotations }) => marks.some((mark) => annotations?.[mark] === "true"))
    .sort((a, b) => {
      const [left = "", right = ""] = [a.creationTimestamp ?? "", b.creationTimestamp ?? ""];
      if (left !== right) return left < right ? 1 : -1;
      return (a.name ?? "") < (b.name ?? "") ? -1 : 1;
    });
  return newest?.name;
}

/** https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class */
export function defaultIngressClass(registry: () => Registry): AdmissionPlugin {
  return {
    name: "DefaultIngressClass",
    async admit({ operation, kind, subresource, object }) {
      if (operation !== "CREATE" || subresource || kind.plural !== "ingresses" || !object) return;
      const { metadata, spec } = object as unknown as Ingress;
      if (!spec || spec.ingressClassName !== undefined) return;
      if (metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined) return;
      const name = await newestDefault(registry(), ingressClassKind, ["ingressclass.kubernetes.io/is-default-class"]);
      if (name) spec.ingressClassName = name;
    },
  };
}
