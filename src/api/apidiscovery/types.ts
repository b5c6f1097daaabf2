import type { TypeText } from "../schema/sources.ts";

/** The types of apidiscovery, in the notation that schema/notation.ts reads; none of them is served. */
export const apidiscoveryUnserved: readonly TypeText[] = [
  {
    groupVersion: "apidiscovery/v2",
    text: `
APIGroupDiscovery kind
  metadata 1 ObjectMeta
  versions 2 []APIVersionDiscovery map(version)
APIResourceDiscovery
  resource 1 string always required
  responseKind 2 *GroupVersionKind
  scope 3 string always required
  singularResource 4 string always required
  verbs 5 []string always set required
  shortNames 6 []string set
  categories 7 []string set
  subresources 8 []APISubresourceDiscovery map(subresource)
APISubresourceDiscovery
  subresource 1 string always required
  responseKind 2 *GroupVersionKind
  acceptedTypes 3 []GroupVersionKind map(group,version,kind)
  verbs 4 []string always set required
APIVersionDiscovery
  version 1 string always required
  resources 2 []APIResourceDiscovery map(resource)
  freshness 3 string
`,
  },
  {
    groupVersion: "apidiscovery/v2beta1",
    like: ["apidiscovery/v2"],
    text: "",
  },
];
