/** Objects as people name them: `pod/web`, `deploy/web`, `gears.x.io/g`. */

import type { Catalog } from "../api/catalog.ts";
import type * as apps from "../api/generated/apps-v1.ts";
import type * as batch from "../api/generated/batch-v1.ts";
import type * as core from "../api/generated/core-v1.ts";
import type * as networking from "../api/generated/networking-v1.ts";
import { groupVersionOf, type Kind } from "../api/kind.ts";
import type { AnyObject, KindOf, Shared } from "../client/client.ts";

/** Of an object whose type is not known here: its fields are to be looked at with care. */
export type UnknownObject = Shared<AnyObject> & { readonly [field: string]: unknown };

/** The types of the objects that tests ask for most, by the names of their kinds. */
export interface ObjectsByName {
  configmap: core.ConfigMap;
  cronjob: batch.CronJob;
  daemonset: apps.DaemonSet;
  deployment: apps.Deployment;
  ingress: networking.Ingress;
  job: batch.Job;
  namespace: core.Namespace;
  node: core.Node;
  persistentvolumeclaim: core.PersistentVolumeClaim;
  pod: core.Pod;
  replicaset: apps.ReplicaSet;
  secret: core.Secret;
  service: core.Service;
  serviceaccount: core.ServiceAccount;
  statefulset: apps.StatefulSet;
}

/** The object that a reference such as `deployment/web` leads to. */
export type ObjectAt<R extends string> = R extends `${infer K}/${string}`
  ? K extends keyof ObjectsByName
    ? Shared<ObjectsByName[K]>
    : UnknownObject
  : UnknownObject;
/** The objects of a kind that is named: `pod`, or `pods`. */
export type ObjectsOf<K extends string> = K extends keyof ObjectsByName
  ? Shared<ObjectsByName[K]>
  : K extends `${infer One}s`
    ? One extends keyof ObjectsByName
      ? Shared<ObjectsByName[One]>
      : UnknownObject
    : UnknownObject;

/** The kind behind a name as kubectl takes them. Throws Error, with what there is. */
export function kindNamed(catalog: Catalog, name: string): KindOf<AnyObject> {
  const [resource = "", ...rest] = name.split(".");
  const wanted = resource.toLowerCase();
  const group = rest.join(".");
  const isNamed = (kind: Kind): boolean =>
    kind.plural === wanted ||
    kind.kind.toLowerCase() === wanted ||
    (kind.singular ?? "") === wanted ||
    (kind.shortNames ?? []).includes(wanted);
  const found = catalog.all().filter((kind) => isNamed(kind) && (!group || kind.group === group));
  const [kind] = found.toSorted((a, b) => Number(Boolean(a.storedAs)) - Number(Boolean(b.storedAs)));
  if (kind) return kind;
  const custom = catalog.all().filter((one) => one.custom);
  const known = custom.length ? `; definitions have made ${custom.map(({ plural }) => plural).join(", ")}` : "";
  throw new Error(`there is no kind ${JSON.stringify(name)}: write its name, as in "pod" or "deployment"${known}`);
}

export interface Reference {
  readonly kind: KindOf<AnyObject>;
  readonly name: string;
}

/** Throws Error for what is no reference. */
export function referenceTo(catalog: Catalog, text: string): Reference {
  const [kind, name, ...rest] = text.split("/");
  if (!kind || !name || rest.length)
    throw new Error(`${JSON.stringify(text)} names no object: write its kind and its name, as in "deployment/web"`);
  return { kind: kindNamed(catalog, kind), name };
}

/** As people write an object: `deployment/web`. */
export const shownReference = ({ kind, name }: Reference): string =>
  `${kind.kind.toLowerCase()}${kind.custom ? `.${kind.group}` : ""}/${name}`;

/** The kind of an object by what it calls itself. Throws Error. */
export function kindOfObject(catalog: Catalog, { apiVersion = "", kind = "" }: AnyObject): KindOf<AnyObject> {
  const found = catalog.kind(apiVersion, kind);
  if (found) return found;
  const others = catalog.all().filter((one) => one.kind === kind);
  const hint = others.length
    ? `${kind} is served as ${others.map(groupVersionOf).join(", ")}`
    : "a definition of it has to be applied before";
  throw new Error(`no kind ${JSON.stringify(kind)} is served in version ${JSON.stringify(apiVersion)}: ${hint}`);
}
