/** Rules of APIService (kube-aggregator's `apis/apiregistration/validation`). */
import { base64Length } from "../../base/base64.ts";
import type { APIService } from "../generated/apiregistration-v1.ts";
import type { Shared } from "../object.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { isDns1035Label, isDns1123Subdomain, isPortNumber } from "../validation/names.ts";

const spec = new Path("spec");
const nameText = 'must be `spec.version+"."+spec.group`';

export function validateApiService({ metadata, spec: given }: Shared<APIService>): FieldError[] {
  const { group = "", version = "", groupPriorityMinimum, versionPriority } = given;
  const faults: FieldError[] = [];
  const wanted = `${version}.${group}`;
  if (metadata.name !== wanted)
    faults.push(
      new Path("metadata").child("name").invalid(metadata.name ?? "", `${nameText}: ${JSON.stringify(wanted)}`),
    );
  if (!group && version !== "v1")
    faults.push(spec.child("group").required("only v1 may have an empty group and it better be legacy kube"));
  if (group) for (const why of isDns1123Subdomain(group)) faults.push(spec.child("group").invalid(group, why));
  for (const why of isDns1035Label(version)) faults.push(spec.child("version").invalid(version, why));
  const between = (name: string, value: number, most: number): void => {
    if (value <= 0 || value > most)
      faults.push(spec.child(name).invalid(value, `must be positive and less than ${most}`));
  };
  between("groupPriorityMinimum", groupPriorityMinimum, 20_000);
  between("versionPriority", versionPriority, 1000);
  return [...faults, ...validateServer(given)];
}

function validateServer({ service, caBundle, insecureSkipTLSVerify }: Shared<APIService>["spec"]): FieldError[] {
  const faults: FieldError[] = [];
  if (!service) {
    if (caBundle) {
      const shown = `${base64Length(caBundle)} bytes`;
      faults.push(spec.child("caBundle").invalid(shown, "local APIServices may not have a caBundle"));
    }
    if (insecureSkipTLSVerify)
      faults.push(
        spec.child("insecureSkipTLSVerify").invalid(true, "local APIServices may not have insecureSkipTLSVerify"),
      );
    return faults;
  }
  const { namespace, name, port = 443 } = service;
  if (!namespace) faults.push(spec.child("service", "namespace").required());
  if (!name) faults.push(spec.child("service", "name").required());
  const wrong = isPortNumber(port);
  if (wrong.length) faults.push(spec.child("service", "port").invalid(port, `port is not valid: ${wrong.join(", ")}`));
  if (insecureSkipTLSVerify && caBundle)
    faults.push(spec.child("insecureSkipTLSVerify").invalid(true, "may not be true if caBundle is present"));
  return faults;
}
