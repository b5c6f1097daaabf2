import type { Service } from "../../generated/core-v1.ts";
import { Path } from "../../validation/field-error.ts";
import { warningsForIp, warningsForRange } from "../../validation/ip.ts";
import { noClusterIp } from "../service-addresses.ts";
import { topologyHints, topologyMode } from "../validation/service.ts";

const specPath = new Path("spec");

export function serviceWarnings({ metadata, spec }: Service): string[] {
  const warnings: string[] = [];
  if (metadata.annotations && topologyHints in metadata.annotations)
    warnings.push(`annotation ${topologyHints} is deprecated, please use ${topologyMode} instead`);
  const { clusterIP, clusterIPs = [], externalIPs = [], loadBalancerIP, loadBalancerSourceRanges = [], type } = spec;
  const headless = type === "ClusterIP" && clusterIP === noClusterIp;
  if (clusterIP && clusterIP !== noClusterIp) warnings.push(...forIps(clusterIPs, specPath.child("clusterIPs")));
  if (headless) {
    if (loadBalancerIP) warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (externalIPs.length) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity !== "None") warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  warnings.push(...forIps(externalIPs, specPath.child("externalIPs")));
  if (externalIPs.length && !headless && type !== "ExternalName")
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  if (loadBalancerIP) warnings.push(...warningsForIp(specPath.child("loadBalancerIP"), loadBalancerIP));
  const ranges = specPath.child("loadBalancerSourceRanges");
  warnings.push(...loadBalancerSourceRanges.flatMap((range, i) => warningsForRange(ranges.index(i), range)));
  if (type === "ExternalName" && externalIPs.length)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (type !== "ExternalName" && spec.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === "PreferClose")
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}

const forIps = (list: readonly string[], path: Path): string[] =>
  list.flatMap((ip, i) => warningsForIp(path.index(i), ip));
