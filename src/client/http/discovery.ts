/** What a server serves, by aggregated discovery (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api). */
import type { Transport } from "./transport.ts";

/** A resource as commands name it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

export const groupVersionOf = ({ group, version }: Pick<Resource, "group" | "version">): string =>
  group ? `${group}/${version}` : version;

/** `deployments.apps`, `pods`. */
export const qualifiedName = ({ plural, group }: Pick<Resource, "plural" | "group">): string =>
  group ? `${plural}.${group}` : plural;

interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope?: string;
  readonly singularResource?: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}
interface DiscoveredGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly { readonly version: string; readonly resources?: readonly DiscoveredResource[] }[];
}

const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/** A resource by what a person calls it. */
export type Match = (words: ResourceWords) => Resource | undefined;
export interface ResourceWords {
  readonly resource: string;
  readonly version?: string | undefined;
  readonly group?: string | undefined;
}

export class Discovery {
  /** All of all versions; within a group the preferred version comes first. */
  readonly resources: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.resources = resources;
  }

  static async load(transport: Transport): Promise<Discovery> {
    const roots = await Promise.all(["/api", "/apis"].map((path) => transport.text({ path, accept })));
    const groups = roots.flatMap(({ text }) => (JSON.parse(text) as { items?: DiscoveredGroup[] }).items ?? []);
    return new Discovery(groups.flatMap(resourcesOf));
  }

  /** The preferred version of each resource alone, in the server's order. */
  preferred(): readonly Resource[] {
    const seen = new Set<string>();
    return this.resources.filter((resource) => {
      const name = qualifiedName(resource);
      return !seen.has(name) && seen.add(name);
    });
  }

  /** `po`, `pod`, `pods`, `Pod`, `deployments.apps`, `deployments.v1.apps`. */
  find(word: string): Resource | undefined {
    const [resource = "", ...rest] = word.split(".");
    if (!rest.length) return this.#match({ resource });
    const whole = this.#match({ resource, version: rest[0], group: rest.slice(1).join(".") });
    return whole ?? this.#match({ resource, group: rest.join(".") });
  }

  kind(groupVersion: string, kind: string): Resource | undefined {
    return this.resources.find((r) => groupVersionOf(r) === groupVersion && r.kind === kind);
  }

  /** All that belong to a category: `all`. */
  category(name: string): readonly Resource[] {
    return this.preferred().filter((resource) => resource.categories.includes(name));
  }

  #match({ resource, version, group }: ResourceWords): Resource | undefined {
    const word = resource.toLowerCase();
    const open = this.resources.filter(
      (r) =>
        (group === undefined || r.group === group || (r.group.startsWith(`${group}.`) && group)) &&
        (version === undefined || r.version === version),
    );
    return (
      open.find((r) => r.plural === word) ??
      open.find((r) => r.singular === word || r.kind.toLowerCase() === word) ??
      open.find((r) => r.shortNames.includes(word))
    );
  }
}

function resourcesOf({ metadata, versions = [] }: DiscoveredGroup): Resource[] {
  return versions.flatMap(({ version, resources = [] }) =>
    resources.map((found) => ({
      group: metadata?.name ?? "",
      version,
      kind: found.responseKind?.kind ?? "",
      plural: found.resource,
      singular: found.singularResource ?? "",
      shortNames: found.shortNames ?? [],
      categories: found.categories ?? [],
      namespaced: found.scope === "Namespaced",
      verbs: found.verbs ?? [],
      subresources: (found.subresources ?? []).map((below) => below.subresource),
    })),
  );
}
