/** The code of subresources and kinds that are not plain objects. */
import type { ServiceAccountTokens } from "../apiserver/authn/service-account-tokens.ts";
import type { SubresourceHandlers } from "../apiserver/handlers/dispatch.ts";
import { logHandler } from "../apiserver/streams/log.ts";
import type { NodeConnections } from "../apiserver/streams/node-connection.ts";
import { withoutUpgrade } from "../apiserver/streams/session.ts";
import { bindPod } from "../apiserver/subresources/binding.ts";
import { componentStatuses } from "../apiserver/subresources/component-status.ts";
import { evictPod } from "../apiserver/subresources/eviction.ts";
import { nodeProxy, podProxy, serviceProxy } from "../apiserver/subresources/proxy.ts";
import { tokenHandler } from "../apiserver/subresources/token.ts";

export const subresourceHandlers = (tokens: ServiceAccountTokens, nodes: NodeConnections): SubresourceHandlers => ({
  bindings: bindPod,
  componentstatuses: componentStatuses,
  "pods/binding": bindPod,
  "pods/eviction": evictPod,
  "pods/log": logHandler(nodes),
  "pods/exec": withoutUpgrade(nodes),
  "pods/attach": withoutUpgrade(nodes),
  "pods/portforward": withoutUpgrade(nodes),
  "pods/proxy": podProxy(nodes),
  "services/proxy": serviceProxy(nodes),
  "nodes/proxy": nodeProxy(nodes),
  "serviceaccounts/token": tokenHandler(tokens),
});
