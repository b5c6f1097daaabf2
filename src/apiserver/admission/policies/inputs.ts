/** A request as the expressions of webhooks and policies see it. */
import type { Inputs } from "../../../api/admissionregistration/expressions/evaluation.ts";
import {
  type Answer,
  type Asker,
  type Authority,
  authorizerValue,
  type Question,
  requestResourceValue,
} from "../../../api/cel/library/authorizer.ts";
import { namespace as namespaceKind } from "../../../api/core/namespace.ts";
import { notFound } from "../../../api/errors.ts";
import type { KubeObject } from "../../../api/object.ts";
import type { Attributes, Authorizer } from "../../authz/authorizer.ts";
import type { Registry } from "../../registry/registry.ts";
import { type AdmissionRequest, spokenKind } from "../admission.ts";
import { aboutRequest, type Seen } from "../webhooks/review.ts";

/** `params` are added for each binding. */
export function inputsOf(
  request: AdmissionRequest,
  seen: Seen,
  authority: Authority,
  namespaceObject?: object,
): Inputs {
  const { user } = request.context;
  const { group, plural } = spokenKind(request);
  const { subresource, namespace, name } = request;
  return {
    object: seen.object,
    oldObject: seen.old,
    request: aboutRequest(request, seen.kind),
    namespaceObject,
    authorizer: authorizerValue(user, authority),
    requestResource: requestResourceValue(user, authority, { group, resource: plural, subresource, namespace, name }),
  };
}

/** The namespace of the request, without what expressions do not see; a namespace itself has none. Throws NotFound. */
export async function namespaceOf(request: AdmissionRequest, registry: Registry): Promise<object | undefined> {
  const { group, plural } = spokenKind(request);
  if (!request.namespace || (group === "" && plural === "namespaces")) return undefined;
  const found = await registry.find(namespaceKind, "", request.namespace);
  if (!found) throw notFound({ group: "", name: "namespaces" }, request.namespace);
  const {
    managedFields: _,
    ownerReferences: __,
    selfLink: ___,
    ...metadata
  } = found.metadata as KubeObject["metadata"] & Record<string, unknown>;
  return { metadata, spec: found.spec, status: found.status };
}

/** Asks the server's own authorizer; the same question is asked once. */
export function authorityOf(authorizer: Authorizer): Authority {
  const known = new Map<string, Answer>();
  return (who, question) => {
    const key = JSON.stringify([who, question]);
    let answer = known.get(key);
    if (!answer) {
      answer = ask(authorizer, attributesOf(who, question));
      known.set(key, answer);
    }
    return answer;
  };
}

function ask(authorizer: Authorizer, attributes: Attributes): Answer {
  const decision = authorizer.authorize(attributes);
  if (!(decision instanceof Promise)) return decision;
  decision.catch(() => {});
  return { allowed: false, reason: "", error: "the authorizer does not answer at once" };
}

function attributesOf({ name, uid, groups, extra }: Asker, question: Question): Attributes {
  const user = { name, groups, ...(uid && { uid }), ...(extra && { extra }) };
  const nowhere = { group: "", version: "", resource: "", subresource: "", namespace: "", name: "" };
  if ("path" in question) return { user, isResource: false, ...nowhere, ...question };
  const { labelSelector: _, fieldSelector, ...rest } = question;
  return { user, isResource: true, version: "*", path: "", ...rest, ...(fieldSelector && { fieldSelector }) };
}
