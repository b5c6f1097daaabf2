/** Turns the older documents of discovery (APIResourceList) into the aggregated form. */

export interface LegacyResource {
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced?: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** Subresources stand below their resources; those whose resource is missing make one that has nothing else. */
export function resourcesOf(all: readonly LegacyResource[], group: string, version: string): readonly object[] {
  const responseKind = (one: LegacyResource): object => ({
    group: one.group || group,
    version: one.version || version,
    kind: one.kind,
  });
  const scope = ({ namespaced }: LegacyResource): string => (namespaced ? "Namespaced" : "Cluster");
  const below = (name: string): object[] =>
    all
      .filter((one) => one.name.startsWith(`${name}/`))
      .map((one) => ({
        subresource: one.name.slice(name.length + 1),
        responseKind: responseKind(one),
        verbs: one.verbs ?? [],
      }));
  const names = [...new Set(all.map(({ name }) => name.split("/", 1)[0] as string))];
  return names.map((name) => {
    const main = all.find((one) => one.name === name);
    const any = main ?? (all.find((one) => one.name.startsWith(`${name}/`)) as LegacyResource);
    const subresources = below(name);
    return {
      resource: name,
      responseKind: main ? responseKind(main) : {},
      scope: scope(any),
      singularResource: main?.singularName ?? "",
      verbs: main?.verbs ?? [],
      ...(main?.shortNames?.length && { shortNames: main.shortNames }),
      ...(main?.categories?.length && { categories: main.categories }),
      ...(subresources.length && { subresources }),
    };
  });
}
