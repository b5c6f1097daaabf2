/** Nothing new in namespaces that are not there or are on their way out; some namespaces stay (upstream's NamespaceLifecycle). */
import { namespace as namespaceKind } from "../../api/core/namespace.ts";
import { ApiError, notFound } from "../../api/errors.ts";
import { resourceOf } from "../../api/kind.ts";
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { refused } from "./refuse.ts";

const immortal = new Set(["default", "kube-system", "kube-public"]);

export function namespaceLifecycle(registry: () => Registry): AdmissionPlugin {
  return {
    name: "NamespaceLifecycle",
    async admit(request) {
      const { operation, kind, namespace, name } = request;
      const isNamespace = kind.group === "" && kind.plural === "namespaces";
      if (isNamespace) {
        if (operation === "DELETE" && immortal.has(name)) throw refused(request, "this namespace may not be deleted");
        return;
      }
      if (operation !== "CREATE" || !kind.namespaced || !namespace || kind.virtual) return;
      const found = await registry().find(namespaceKind, "", namespace);
      if (!found) throw notFound(resourceOf(namespaceKind), namespace);
      if (!found.metadata.deletionTimestamp) return;
      const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
      const error = refused(request, why);
      const cause = {
        reason: "NamespaceTerminating",
        message: `namespace ${namespace} is being terminated`,
        field: "metadata.namespace",
      };
      throw new ApiError("Forbidden", error.message, { ...error.details, causes: [cause] });
    },
  };
}
