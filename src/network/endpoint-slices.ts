/** The endpoint slices of a service, as they are looked up wherever a way to a service is sought. */
import { type EndpointSlice, endpointSlices } from "../client/kinds.ts";
import type { Informers } from "../informer/informers.ts";

const serviceOf = ({ metadata }: EndpointSlice): readonly string[] => [
  `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`,
];

/** `service`: `namespace/name`. */
export const slicesOf = (informers: Informers, service: string): readonly EndpointSlice[] =>
  informers.cache(endpointSlices).by("service", service, serviceOf);
