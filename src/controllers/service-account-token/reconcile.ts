/**
 * Tokens in Secrets, which do not expire: filled in for the account that a Secret names, removed with it
 * (https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets).
 */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { encodeBase64 } from "../../base/base64.ts";
import type { AnyObject, Client, Shared } from "../../client/client.ts";
import { type Secret, type ServiceAccount, secrets, serviceAccounts } from "../../client/kinds.ts";
import { type Controller, done, type ReconcileContext, wake } from "../../reconciler/controller.ts";
import { accountKeyOf, isFor, lackOf, nameAnnotation, uidAnnotation } from "./plan.ts";

/** Signs the token that `secret` is to hold. */
export type SignSecretToken = (account: Shared<AnyObject>, secret: Shared<AnyObject>) => Promise<string>;

const base64 = (text: string): string => encodeBase64(new TextEncoder().encode(text));
const byAccount = (secret: Secret): readonly string[] => {
  const key = accountKeyOf(secret);
  return key ? [key] : [];
};

export function serviceAccountTokenController(
  sign: SignSecretToken,
  certificate: string | undefined,
): Controller<core.Secret> {
  const ca = certificate === undefined ? undefined : base64(certificate);
  return {
    name: "tokens-controller",
    reconciles: secrets,
    ignores: ({ before, after }) => {
      const secret = after ?? before;
      return !secret || accountKeyOf(secret) === undefined;
    },
    wakes: [
      wake(serviceAccounts, function* ({ before, after }, cache) {
        if (before && after) return;
        const { namespace, name } = (after ?? before)?.metadata ?? {};
        for (const secret of cache(secrets).by("account", `${namespace}/${name}`, byAccount))
          yield `${namespace}/${secret.metadata.name}`;
      }),
    ],
    async reconcile(key, context) {
      const secret = context.cache(secrets).get(key);
      const accountKey = secret && accountKeyOf(secret);
      if (!secret || !accountKey) return done;
      const account = context.cache(serviceAccounts).get(accountKey);
      if (!account || !isFor(secret, account)) await removeToken(secret, context.client);
      else await fill(secret, account, { sign, ca }, context);
      return done;
    },
  };
}

async function removeToken({ metadata: { namespace, name = "", uid = "" } }: Secret, client: Client): Promise<void> {
  try {
    await client.delete(secrets, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!(error instanceof ApiError && (error.reason === "NotFound" || error.reason === "Conflict"))) throw error;
  }
}

async function fill(
  secret: Secret,
  account: ServiceAccount,
  { sign, ca }: { readonly sign: SignSecretToken; readonly ca: string | undefined },
  { client }: ReconcileContext,
): Promise<void> {
  const lack = lackOf(secret, ca);
  if (!lack) return;
  const data = {
    ...secret.data,
    ...(lack.ca && ca !== undefined && { "ca.crt": ca }),
    ...(lack.namespace && { namespace: base64(secret.metadata.namespace ?? "") }),
    ...(lack.token && { token: base64(await sign(account, secret)) }),
  };
  const annotations = {
    ...secret.metadata.annotations,
    [nameAnnotation]: account.metadata.name ?? "",
    [uidAnnotation]: account.metadata.uid ?? "",
  };
  try {
    await client.update(secrets, { ...secret, data, metadata: { ...secret.metadata, annotations } });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}
