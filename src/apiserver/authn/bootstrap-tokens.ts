/**
 * Bootstrap tokens: `id.secret`, each kept in a secret of kube-system, with which a machine that is to join asks for its
 * certificate (https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/).
 */
import {
  bootstrapTokenNamespace,
  bootstrapTokenPrefix,
  bootstrapTokenType,
  hasExpired,
  secretText,
} from "../../api/core/bootstrap-token.ts";
import { secret as secretKind } from "../../api/core/secret.ts";
import type { Secret } from "../../api/generated/core-v1.ts";
import type { Shared } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import type { Registry } from "../registry/registry.ts";
import type { TokenAuthenticator } from "./token-authenticator.ts";

const group = "system:bootstrappers";
const groupForm = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

export function bootstrapTokens(registry: () => Registry, clock: Clock): TokenAuthenticator {
  return {
    async authenticateToken(token) {
      const [, id, secret] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token) ?? [];
      if (id === undefined || secret === undefined) return undefined;
      const found = await registry().find(secretKind, bootstrapTokenNamespace, bootstrapTokenPrefix + id);
      const kept = found as unknown as Shared<Secret> | undefined;
      if (!kept || kept.metadata.deletionTimestamp || kept.type !== bootstrapTokenType) return undefined;
      if (!isSame(secretText(kept, "token-secret"), secret) || secretText(kept, "token-id") !== id) return undefined;
      if (hasExpired(kept, clock.now())) return undefined;
      if (secretText(kept, "usage-bootstrap-authentication") !== "true") return undefined;
      const more = secretText(kept, "auth-extra-groups").split(",").filter(Boolean);
      if (!more.every((one) => groupForm.test(one))) return undefined;
      return { user: { name: `system:bootstrap:${id}`, groups: [...new Set([group, ...more])].sort() } };
    },
  };
}

/** In a time that does not tell where they differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i % (a.length || 1)) ^ b.charCodeAt(i);
  return difference === 0;
}
