import type { TypeText } from "../schema/sources.ts";

/** The types of discovery/v1, in the notation that schema/notation.ts reads. */
export const discoveryTypes = {
  groupVersion: "discovery/v1",
  text: `
Endpoint
  addresses 1 []string always set required
  conditions 2 EndpointConditions
  hostname 3 *string
  targetRef 4 *core/v1.ObjectReference
  deprecatedTopology 5 {}string
  nodeName 6 *string
  zone 7 *string
  hints 8 *EndpointHints
EndpointConditions
  ready 1 *bool
  serving 2 *bool
  terminating 3 *bool
EndpointHints
  forZones 1 []ForZone atomic
  forNodes 2 []ForNode atomic
EndpointPort atomic
  name 1 *string
  protocol 2 *string enum(SCTP,TCP,UDP)
  port 3 *int32
  appProtocol 4 *string
EndpointSlice kind
  metadata 1 ObjectMeta
  addressType 4 string always enum(FQDN,IPv4,IPv6) required
  endpoints 2 []Endpoint always atomic
  ports 3 []EndpointPort always atomic
ForNode
  name 1 string always required
ForZone
  name 1 string always required
`,
};

/** What is known of the group, and not served. */
export const discoveryUnserved: readonly TypeText[] = [
  {
    groupVersion: "discovery/v1beta1",
    like: ["discovery/v1"],
    text: `
Endpoint like
  -deprecatedTopology
  -zone
  topology 5 {}string
  hints 7 *EndpointHints
EndpointPort
  name 1 *string
  protocol 2 *string enum(SCTP,TCP,UDP)
  port 3 *int32
  appProtocol 4 *string
EndpointSlice like
  endpoints 2 []Endpoint always atomic required
`,
  },
];
