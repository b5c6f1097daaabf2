/** `serviceaccounts/token`: a token on request (https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/). */
import { node as nodeKind } from "../../api/core/node.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { secret as secretKind } from "../../api/core/secret.ts";
import { badRequest, conflict, invalid } from "../../api/errors.ts";
import type { TokenRequest } from "../../api/generated/authentication-v1.ts";
import type { Pod } from "../../api/generated/core-v1.ts";
import type { KubeObject } from "../../api/object.ts";
import { Path } from "../../api/validation/field-error.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { ServiceAccountTokens } from "../authn/service-account-tokens.ts";
import type { HttpResponse } from "../exchange.ts";
import { writeOptions } from "../handlers/options.ts";
import { respondValue } from "../handlers/respond.ts";
import type { Scope } from "../handlers/scope.ts";
import { admitForeign, readForeign } from "./body.ts";

const kind = { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" };
const about = { group: kind.group, name: kind.kind };
/** What pods are given by default; their tokens live a year all the same, with a warning from then on. */
const warnOnlySeconds = 3607;
const extendedSeconds = 365 * 24 * 3600;
const defaultSeconds = 3600;
const shortestSeconds = 600;
const longestSeconds = 2 ** 32;

export function tokenHandler(tokens: ServiceAccountTokens): (scope: Scope) => Promise<HttpResponse> {
  return async (scope) => {
    const { info, request, registry, stored } = scope;
    writeOptions(request.query, "CreateOptions");
    const asked = (await readForeign(scope, "authentication/v1.TokenRequest", kind)) as unknown as TokenRequest;
    checkMeta(asked, info);
    const account = await registry.get(stored, info.namespace, info.name);
    const { uid } = account.metadata;
    if (asked.metadata.uid && asked.metadata.uid !== uid) {
      throw conflict(
        about,
        info.name,
        `the UID in the token request (${asked.metadata.uid}) does not match the UID of the service account (${uid})`,
      );
    }
    await admitForeign(scope, asked);
    const audiences = asked.spec.audiences?.length ? asked.spec.audiences : [tokens.issuer];
    const seconds = asked.spec.expirationSeconds ?? defaultSeconds;
    checkSeconds(seconds);
    const bound = await boundTo(scope, asked);
    const own = audiences.length === 1 && audiences[0] === tokens.issuer;
    const life = bound.pod && seconds === warnOnlySeconds && own ? extendedSeconds : seconds;
    const token = await tokens.sign({ namespace: info.namespace, account, audiences, seconds: life, ...bound });
    const now = registry.clock.now();
    return respondValue(
      request,
      201,
      {
        kind: kind.kind,
        apiVersion: `${kind.group}/${kind.version}`,
        metadata: {
          ...asked.metadata,
          name: info.name,
          namespace: info.namespace,
          uid,
          creationTimestamp: rfc3339(now),
        },
        spec: { audiences, expirationSeconds: seconds, boundObjectRef: asked.spec.boundObjectRef ?? null },
        status: { token, expirationTimestamp: rfc3339(now + seconds * 1000) },
      },
      scope.context.warnings,
    );
  };
}

function checkMeta({ metadata }: TokenRequest, { namespace, name }: Scope["info"]): void {
  const path = new Path("metadata");
  if (metadata.name && metadata.name !== name)
    throw invalid(about, name, [
      path.child("name").invalid(metadata.name, "must match the service account name if specified"),
    ]);
  if (metadata.namespace && metadata.namespace !== namespace)
    throw invalid(about, name, [
      path.child("namespace").invalid(metadata.namespace, "must match the service account namespace if specified"),
    ]);
}

function checkSeconds(seconds: number): void {
  const path = new Path("spec").child("expirationSeconds");
  if (seconds < shortestSeconds)
    throw invalid(about, "", [path.invalid(seconds, "may not specify a duration less than 10 minutes")]);
  if (seconds > longestSeconds)
    throw invalid(about, "", [path.invalid(seconds, "may not specify a duration larger than 2^32 seconds")]);
}

interface Bound {
  readonly pod?: KubeObject;
  readonly node?: { readonly metadata: { readonly name?: string | undefined; readonly uid?: string | undefined } };
  readonly secret?: KubeObject;
}

async function boundTo({ info, registry }: Scope, { spec }: TokenRequest): Promise<Bound> {
  const reference = spec.boundObjectRef;
  if (!reference) return {};
  const { apiVersion = "", kind: named = "", name = "", uid } = reference;
  if (!name) throw badRequest("Name parameter required.");
  const check = (object: KubeObject): KubeObject => {
    if (uid && uid !== object.metadata.uid) {
      const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
      throw conflict({ group: "", name: named }, name, why);
    }
    return object;
  };
  if (apiVersion === "v1" && named === "Pod") {
    const pod = check(await registry.get(podKind, info.namespace, name));
    const { serviceAccountName, nodeName } = (pod as unknown as Pod).spec;
    if (serviceAccountName !== info.name) {
      throw badRequest(
        `cannot bind token for serviceaccount "${info.name}" to pod running with different serviceaccount name.`,
      );
    }
    if (!nodeName) return { pod };
    return { pod, node: (await registry.find(nodeKind, "", nodeName)) ?? { metadata: { name: nodeName } } };
  }
  if (apiVersion === "v1" && named === "Node") return { node: check(await registry.get(nodeKind, "", name)) };
  if (apiVersion === "v1" && named === "Secret")
    return { secret: check(await registry.get(secretKind, info.namespace, name)) };
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${named}`);
}
