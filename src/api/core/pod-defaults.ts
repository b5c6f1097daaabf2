/**
 * What pods and pod templates are filled with on every write (upstream's `pkg/apis/core/v1/defaults.go`). Some defaults
 * are for pods alone, so that templates written by older clients keep their hash.
 */
import type {
  Container,
  EphemeralContainer,
  LifecycleHandler,
  Pod,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
  Probe,
} from "../generated/core-v1.ts";
import { defaultPullPolicy } from "./image-reference.ts";
import { aggregateResources, isHugePages, isPodLevelResource, type ResourceList } from "./pod-resources.ts";
import { requestLimits, roundResources } from "./resource-defaults.ts";
import { defaultVolumes } from "./volume-defaults.ts";

export function defaultPod({ metadata, spec, status }: Pod): void {
  dropInitAnnotations(metadata);
  if (status) defaultPodIPs(status);
  for (const container of spec.containers ?? []) requestLimits(container.resources);
  for (const container of spec.initContainers ?? []) requestLimits(container.resources);
  if (spec.resources) {
    defaultHugePageLimits(spec);
    defaultPodRequests(spec);
  }
  spec.enableServiceLinks ??= true;
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  if (spec.hostNetwork) {
    defaultHostPorts(spec.containers);
    defaultHostPorts(spec.initContainers);
  }
  defaultPodSpec(spec);
}

export function defaultTemplate(template: PodTemplateSpec | undefined): void {
  if (template?.metadata) dropInitAnnotations(template.metadata);
  if (template?.spec) defaultPodSpec(template.spec);
}

/** What init containers were written in, before they had fields. */
function dropInitAnnotations({ annotations }: Pod["metadata"]): void {
  for (const key in annotations) if (initAnnotation.test(key)) delete annotations[key];
}
const initAnnotation = /^pod\.(alpha|beta)\.kubernetes\.io\/init-container(s|-statuses)$/;

/** The single address is the older field: where the two differ, it is the one that was meant. */
function defaultPodIPs(status: PodStatus): void {
  const { podIP: ip } = status;
  if (ip && status.podIPs?.[0]?.ip !== ip) status.podIPs = [{ ip }];
  if (status.podIPs?.[0]) status.podIP = status.podIPs[0].ip;
}

function defaultPodSpec(spec: PodSpec): void {
  spec.dnsPolicy ||= "ClusterFirst";
  spec.restartPolicy ||= "Always";
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= "default-scheduler";
  // the old name of the field is kept in step with the new one
  if (spec.serviceAccountName || spec.serviceAccount) {
    spec.serviceAccountName ||= spec.serviceAccount;
    spec.serviceAccount = spec.serviceAccountName;
  }
  defaultVolumes(spec.volumes);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  roundResources(spec.overhead);
  roundResources(spec.resources?.limits);
  roundResources(spec.resources?.requests);
}

function defaultContainer(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image);
  container.terminationMessagePath ||= "/dev/termination-log";
  container.terminationMessagePolicy ||= "File";
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= "v1";
    if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
  }
  for (const port of container.ports ?? []) port.protocol ||= "TCP";
  roundResources(container.resources?.limits);
  roundResources(container.resources?.requests);
  defaultProbe(container.livenessProbe);
  defaultProbe(container.readinessProbe);
  defaultProbe(container.startupProbe);
  defaultHttpGet(container.lifecycle?.postStart);
  defaultHttpGet(container.lifecycle?.preStop);
}

function defaultProbe(probe: Probe | undefined): void {
  if (!probe) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHttpGet(probe);
  if (probe.grpc) probe.grpc.service ??= "";
}

function defaultHttpGet({ httpGet }: Pick<LifecycleHandler, "httpGet"> = {}): void {
  if (!httpGet) return;
  httpGet.path ||= "/";
  httpGet.scheme ||= "HTTP";
}

function defaultHostPorts(containers: readonly Container[] | undefined | null): void {
  for (const container of containers ?? []) {
    for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
}

/** Containers that limit huge pages limit the pod, if it says anything of its own resources. */
function defaultHugePageLimits(spec: PodSpec): void {
  const resources = spec.resources;
  if (!resources?.limits && !resources?.requests) return;
  const limits: ResourceList = { ...resources.limits };
  for (const [name, limit] of Object.entries(aggregateResources(spec, "limits"))) {
    if (isHugePages(name) && !(name in limits) && !(name in (resources.requests ?? {}))) limits[name] = limit;
  }
  if (Object.keys(limits).length) resources.limits = limits;
}

/** A pod that limits its resources requests what its containers do, else its limits. */
function defaultPodRequests(spec: PodSpec): void {
  const resources = spec.resources;
  if (!resources?.limits) return;
  const requests: ResourceList = { ...resources.requests };
  for (const [name, sum] of Object.entries(aggregateResources(spec, "requests"))) {
    if ((name === "cpu" || name === "memory") && !(name in requests)) requests[name] = sum;
  }
  for (const [name, limit] of Object.entries(resources.limits)) {
    if (isPodLevelResource(name) && !(name in requests)) requests[name] = limit;
  }
  if (Object.keys(requests).length) resources.requests = requests;
}
