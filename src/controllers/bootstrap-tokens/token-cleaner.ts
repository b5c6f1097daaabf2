/** Removes bootstrap tokens when they have ended (https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#enabling-bootstrap-token-authentication). */
import {
  bootstrapTokenNamespace,
  bootstrapTokenType,
  expirationOf,
  hasExpired,
} from "../../api/core/bootstrap-token.ts";
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { secrets } from "../../client/kinds.ts";
import { splitKey } from "../../informer/cache.ts";
import { againIn, type Controller, done } from "../../reconciler/controller.ts";

export const tokenCleaner: Controller<core.Secret> = {
  name: "token-cleaner",
  reconciles: secrets,
  ignores: ({ after }) => after?.type !== bootstrapTokenType || after.metadata.namespace !== bootstrapTokenNamespace,
  async reconcile(key, { cache, client, clock }) {
    const secret = cache(secrets).get(key);
    const end = secret && expirationOf(secret);
    if (!secret || end === undefined) return done;
    if (!hasExpired(secret, clock.now())) return againIn(end - clock.now());
    const { uid } = secret.metadata;
    try {
      await client.delete(secrets, splitKey(key), { preconditions: { ...(uid && { uid }) } });
    } catch (error) {
      const isOther = error instanceof ApiError && (error.reason === "NotFound" || error.reason === "Conflict");
      if (!isOther) throw error;
    }
    return done;
  },
};
