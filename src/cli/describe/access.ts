/** Descriptions of roles and their bindings. */

import { byBytes } from "../../base/go-json.ts";
import type { ClusterRole, ClusterRoleBinding } from "../../client/kinds.ts";
import type { Describer } from "./describer.ts";

export interface RuleRow {
  readonly resource: string;
  readonly urls: readonly string[];
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

type Rules = ClusterRole["rules"];

/** Rules taken apart, one for each resource, and those of one resource joined. */
export function ruleRows(rules: Rules): readonly RuleRow[] {
  const rows = new Map<string, RuleRow & { readonly group: string; readonly plain: string }>();
  for (const rule of rules ?? []) {
    const resources = rule.resources?.length
      ? (rule.apiGroups ?? []).flatMap((group) => (rule.resources ?? []).map((resource) => ({ group, resource })))
      : [];
    const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
    const places = [
      ...resources.flatMap(({ group, resource }) =>
        names.map((name) => ({
          group,
          plain: resource,
          names: name === undefined ? [] : [name],
          urls: [] as string[],
        })),
      ),
      ...(rule.nonResourceURLs ?? []).map((url) => ({ group: "", plain: "", names: [] as string[], urls: [url] })),
    ];
    for (const place of places) {
      // rules of paths are never joined
      const key = JSON.stringify([place.group, place.plain, place.names, place.urls, place.urls.length && rows.size]);
      const verbs = [...(rows.get(key)?.verbs ?? []), ...(rule.verbs ?? [])];
      rows.set(key, { ...place, resource: combined(place.plain, place.group), verbs: [...new Set(verbs)] });
    }
  }
  const order = (row: RuleRow & { readonly group: string; readonly plain: string }): string =>
    `[${row.verbs.join(" ")}],[${row.group}],[${row.plain}],[${row.names.join(" ")}],[${row.urls.join(" ")}]`;
  return [...rows.values()].sort((a, b) => byBytes(order(a), order(b)));
}

/** `deployments.apps/scale`. */
function combined(resource: string, group: string): string {
  const [name = "", ...sub] = resource.split("/");
  return `${name}${group ? `.${group}` : ""}${sub.length ? `/${sub.join("/")}` : ""}`;
}

export const describeRole: Describer = async (page, object) => {
  const { metadata, rules } = object as unknown as ClusterRole;
  page.field("Name", metadata.name);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, "PolicyRule:");
  page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
  page.line(1, "---------\t-----------------\t--------------\t-----");
  const list = (texts: readonly string[]): string => `[${texts.join(" ")}]`;
  for (const { resource, urls, names, verbs } of ruleRows(rules))
    page.line(1, `${resource}\t${list(urls)}\t${list(names)}\t${list(verbs)}`);
};

export const describeBinding: Describer = async (page, object) => {
  const { metadata, roleRef, subjects } = object as unknown as ClusterRoleBinding;
  page.field("Name", metadata.name);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, "Role:");
  page.field("Kind", roleRef.kind, 1);
  page.field("Name", roleRef.name, 1);
  page.line(0, "Subjects:");
  page.line(1, "Kind\tName\tNamespace");
  page.line(1, "----\t----\t---------");
  for (const { kind, name, namespace } of subjects ?? []) page.line(1, `${kind}\t${name}\t${namespace ?? ""}`);
};
