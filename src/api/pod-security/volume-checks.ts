/** Which kinds of volumes a pod may bring with it. */
import type { Volume } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";
import { type Check, plural, quoted, type Rule, sorted } from "./check.ts";

const hostPaths: Rule = ({ volumes }) => {
  const bad = (volumes ?? []).filter((volume) => volume.hostPath).map(({ name }) => name);
  if (!bad.length) return undefined;
  return { reason: "hostPath volumes", detail: `${plural("volume", "volumes", bad.length)} ${quoted(bad)}` };
};

const allowed = [
  ...(["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"] as const),
  ...(["image", "persistentVolumeClaim", "projected", "secret"] as const),
];
/** What a volume is called that is of none of the allowed types: by the first that it is. */
const others = [
  ...(["hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs"] as const),
  ...(["rbd", "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte"] as const),
  ...(["azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos"] as const),
];
const typeOf = (volume: Shared<Volume>): string => others.find((type) => volume[type]) ?? "unknown";

const restricted: Rule = ({ volumes }) => {
  const bad = (volumes ?? []).filter((volume) => !allowed.some((type) => volume[type]));
  if (!bad.length) return undefined;
  const types = sorted(bad.map(typeOf));
  const names = quoted(bad.map(({ name }) => name));
  const what = plural("restricted volume type", "restricted volume types", types.length);
  const detail = `${plural("volume", "volumes", bad.length)} ${names} ${plural("uses", "use", bad.length)} ${what} ${quoted(types)}`;
  return { reason: "restricted volume types", detail };
};

export const volumeChecks: readonly Check[] = [
  { id: "hostPathVolumes", level: "baseline", since: { 0: hostPaths } },
  { id: "restrictedVolumes", level: "restricted", since: { 0: restricted }, instead: "hostPathVolumes" },
];
