/** How objects of a definition become those of its other versions. */
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isDns1035Label } from "../../validation/names.ts";
import { caBundleErrors, webhookServiceErrors, webhookUrlErrors } from "../../validation/webhook-client.ts";
import { type Definition, isEstablished } from "./versions.ts";

type Conversion = NonNullable<Definition["spec"]["conversion"]>;
type Webhook = NonNullable<Conversion["webhook"]>;

const strategies = ["None", "Webhook"];
/** Versions of ConversionReview that the server speaks. */
export const reviewVersions = ["v1", "v1beta1"];

export function conversionErrors({ spec }: Definition, old: Definition | undefined, path: Path): FieldError[] {
  const { conversion } = spec;
  if (!conversion) return [];
  const errors: FieldError[] = [];
  if (!conversion.strategy) errors.push(path.child("strategy").required());
  else if (!strategies.includes(conversion.strategy))
    errors.push(path.child("strategy").notSupported(conversion.strategy, strategies));
  const { webhook } = conversion;
  const versions = webhook?.conversionReviewVersions ?? [];
  if (conversion.strategy !== "Webhook") {
    const why = "should not be set when strategy is not set to Webhook";
    if (webhook?.clientConfig) errors.push(path.child("webhookClientConfig").forbidden(why));
    if (versions.length) errors.push(path.child("conversionReviewVersions").forbidden(why));
    return errors;
  }
  errors.push(...clientErrors(webhook?.clientConfig, old, path.child("webhookClientConfig")));
  const before = old?.spec.conversion?.webhook?.conversionReviewVersions ?? [];
  const mustKnow = !before.length || before.some((version) => reviewVersions.includes(version));
  return [...errors, ...reviewVersionErrors(versions, path.child("conversionReviewVersions"), mustKnow)];
}

function clientErrors(client: Webhook["clientConfig"], old: Definition | undefined, path: Path): FieldError[] {
  if (!client) return [path.required("required when strategy is set to Webhook")];
  const { url, service, caBundle } = client;
  const errors: FieldError[] = [];
  if ((url === undefined) === (service === undefined))
    errors.push(path.required("exactly one of url or service is required"));
  else if (url !== undefined) errors.push(...webhookUrlErrors(url, path.child("url")));
  else if (service) {
    // upstream hands the two over the other way round
    const swapped = { ...service, name: service.namespace, namespace: service.name };
    errors.push(...webhookServiceErrors(swapped, path.child("service")));
  }
  if (caBundle && !mayBeInvalid(old)) errors.push(...caBundleErrors(caBundle, path.child("caBundle")));
  return errors;
}

/** Certificates come late, often: only what is served must be right, and what was wrong before may stay. */
function mayBeInvalid(old: Definition | undefined): boolean {
  if (!old || !isEstablished(old)) return true;
  const before = old.spec.conversion?.webhook?.clientConfig?.caBundle;
  return Boolean(before) && caBundleErrors(String(before), new Path()).length > 0;
}

function reviewVersionErrors(versions: readonly string[], path: Path, mustKnow: boolean): FieldError[] {
  if (!versions.length) return [path.required()];
  const errors = versions.flatMap((version, i) => {
    if (versions.indexOf(version) < i) return [path.index(i).invalid(version, "duplicate version")];
    return isDns1035Label(version).map((fault) => path.index(i).invalid(version, fault));
  });
  if (mustKnow && !versions.some((version) => reviewVersions.includes(version)))
    errors.push(path.invalid(versions, `must include at least one of ${reviewVersions.join(", ")}`));
  return errors;
}
