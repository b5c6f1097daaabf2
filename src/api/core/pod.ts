import type { Pod } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { defaultPod } from "./pod-defaults.ts";
import {
  podGracePeriod,
  prepareEphemeralContainers,
  preparePodForCreate,
  preparePodForUpdate,
  preparePodStatus,
  prepareResize,
} from "./pod-prepare.ts";
import { podPrinter } from "./pod-printer.ts";
import { validatePodCreate, validatePodUpdate } from "./validation/pod.ts";
import { validatePodStatus } from "./validation/pod-status.ts";
import { validateEphemeralUpdate, validateResize } from "./validation/pod-subresources.ts";
import { warningsForPod } from "./warnings/pod-warnings.ts";

const asPod = (object: Draft | KubeObject): Pod => object as unknown as Pod;

export const pod = defineKind({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  type: "core/v1.Pod",
  strategy: {
    defaults: (object) => defaultPod(asPod(object)),
    prepareForCreate: preparePodForCreate,
    prepareForUpdate: preparePodForUpdate,
    validate: (object) => validatePodCreate(asPod(object)),
    validateUpdate: (object, old) => validatePodUpdate(asPod(object), asPod(old)),
    // controllers write pods often, and people seldom: only new ones are talked about
    warnings: (object, old) => (old ? [] : warningsForPod(asPod(object))),
    gracefulDeletion: podGracePeriod,
    generation: true,
    returnsDeleted: true,
  },
  selectableFields: {
    "spec.nodeName": (object) => asPod(object).spec.nodeName ?? "",
    "spec.restartPolicy": (object) => asPod(object).spec.restartPolicy ?? "",
    "spec.schedulerName": (object) => asPod(object).spec.schedulerName ?? "",
    "spec.serviceAccountName": (object) => asPod(object).spec.serviceAccountName ?? "",
    "spec.hostNetwork": (object) => String(asPod(object).spec.hostNetwork ?? false),
    "status.phase": (object) => asPod(object).status.phase ?? "",
    "status.podIP": (object) => asPod(object).status.podIPs?.[0]?.ip ?? "",
    "status.podIPs": () => "",
    "status.nominatedNodeName": (object) => asPod(object).status.nominatedNodeName ?? "",
    // what clients of the first days called it
    "spec.host": (object) => asPod(object).spec.nodeName ?? "",
  },
  printer: podPrinter,
  status: {
    verbs: ["get", "patch", "update"],
    prepareForUpdate: preparePodStatus,
    validateUpdate: (object, old) => validatePodStatus(asPod(object), asPod(old)),
  },
  objectSubresources: {
    ephemeralcontainers: {
      verbs: ["get", "patch", "update"],
      prepareForUpdate: prepareEphemeralContainers,
      validateUpdate: (object, old) => validateEphemeralUpdate(asPod(object), asPod(old)),
    },
    resize: {
      verbs: ["get", "patch", "update"],
      prepareForUpdate: prepareResize,
      validateUpdate: (object, old) => validateResize(asPod(object), asPod(old)),
    },
  },
  foreignSubresources: {
    attach: { verbs: ["create", "get"], kind: { group: "", version: "v1", kind: "PodAttachOptions" } },
    binding: { verbs: ["create"], kind: { group: "", version: "v1", kind: "Binding" } },
    eviction: { verbs: ["create"], kind: { group: "policy", version: "v1", kind: "Eviction" } },
    exec: { verbs: ["create", "get"], kind: { group: "", version: "v1", kind: "PodExecOptions" } },
    log: { verbs: ["get"], kind: { group: "", version: "v1", kind: "Pod" } },
    portforward: { verbs: ["create", "get"], kind: { group: "", version: "v1", kind: "PodPortForwardOptions" } },
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: { group: "", version: "v1", kind: "PodProxyOptions" },
    },
  },
});
