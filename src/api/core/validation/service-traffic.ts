/** How traffic reaches a Service from outside, and which endpoints it may go to. */
import type { Service } from "../../generated/core-v1.ts";
import { checkOneOf, checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateRange } from "../../validation/ip.ts";
import { isPortNumber, isQualifiedName } from "../../validation/names.ts";
import { isExternallyAccessible, isLoadBalancer, needsHealthCheckPort } from "../service-addresses.ts";

const specPath = new Path("spec");
const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
const onlyLoadBalancers = "may only be used when `type` is 'LoadBalancer'";
const policies = ["Cluster", "Local"];

export function validateLoadBalancer(errors: FieldError[], service: Service, old: Service | undefined): void {
  validateSourceRanges(errors, service, old);
  if (service.spec.allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer(service))
    errors.push(specPath.child("allocateLoadBalancerNodePorts").forbidden(onlyLoadBalancers));
  validateLoadBalancerClass(errors, service);
}

export function validateLoadBalancerClass(errors: FieldError[], service: Service): void {
  const { loadBalancerClass } = service.spec;
  if (loadBalancerClass === undefined) return;
  const path = specPath.child("loadBalancerClass");
  if (isLoadBalancer(service)) report(errors, path, loadBalancerClass, isQualifiedName(loadBalancerClass));
  else errors.push(path.forbidden(onlyLoadBalancers));
}

function validateSourceRanges(errors: FieldError[], service: Service, old: Service | undefined): void {
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  const annotation = service.metadata.annotations?.[rangesAnnotation];
  const balanced = isLoadBalancer(service);
  if (ranges.length) {
    const path = specPath.child("LoadBalancerSourceRanges"); // upstream's spelling
    if (!balanced) errors.push(path.forbidden(onlyLoadBalancers));
    const known = (old?.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    ranges.forEach((range, i) => {
      validateRange(errors, path.index(i), range.trim(), known);
    });
  } else if (annotation !== undefined) {
    const path = new Path("metadata").child("annotations").key(rangesAnnotation);
    if (!balanced) errors.push(path.forbidden(onlyLoadBalancers));
    if (annotation === old?.metadata.annotations?.[rangesAnnotation] || !annotation.trim()) return;
    for (const range of annotation.trim().split(",")) validateRange(errors, path, range.trim());
  }
}

export function validateTrafficPolicies(errors: FieldError[], service: Service): void {
  const { externalTrafficPolicy, healthCheckNodePort, internalTrafficPolicy, trafficDistribution } = service.spec;
  const external = specPath.child("externalTrafficPolicy");
  if (isExternallyAccessible(service)) checkOneOf(errors, external, externalTrafficPolicy, policies);
  else if (externalTrafficPolicy)
    errors.push(external.invalid(externalTrafficPolicy, "may only be set for externally-accessible services"));
  const port = specPath.child("healthCheckNodePort");
  if (needsHealthCheckPort(service)) {
    if (healthCheckNodePort) report(errors, port, healthCheckNodePort, isPortNumber(healthCheckNodePort));
    else errors.push(port.required());
  } else if (healthCheckNodePort) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(port.invalid(healthCheckNodePort, why));
  }
  checkSupported(errors, specPath.child("internalTrafficPolicy"), internalTrafficPolicy, policies);
  const distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];
  checkSupported(errors, specPath.child("trafficDistribution"), trafficDistribution, distributions);
}
