/** Ingresses and their classes (upstream's pkg/apis/networking/validation). */
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressRule,
} from "../../generated/networking-v1.ts";
import { checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { parseAddress, validateIp } from "../../validation/ip.ts";
import {
  isDns1123Label,
  isDns1123Subdomain,
  isDomainPrefixedPath,
  isPortName,
  isPortNumber,
  isWildcardDns1123Subdomain,
  pathSegmentName,
} from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";

const specPath = new Path("spec");
export const classAnnotation = "kubernetes.io/ingress.class";
const forbiddenParts = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenEnds = ["/..", "/."];
const longestController = 250;

export function validateIngress({ spec }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (!rules.length && !defaultBackend)
    errors.push(specPath.invalid(spec.rules, "either `defaultBackend` or `rules` must be specified"));
  if (defaultBackend) validateBackend(errors, defaultBackend, specPath.child("defaultBackend"));
  rules.forEach((rule, i) => {
    validateRule(errors, rule, specPath.child("rules").index(i));
  });
  tls.forEach(({ hosts = [], secretName }, i) => {
    const path = specPath.child("tls").index(i);
    hosts.forEach((host, j) => {
      report(errors, path.child("hosts").index(j), host, hostFaults(host));
    });
    if (secretName) report(errors, path.child("secretName"), secretName, isDns1123Subdomain(secretName));
  });
  if (ingressClassName !== undefined)
    report(errors, specPath.child("ingressClassName"), ingressClassName, isDns1123Subdomain(ingressClassName));
  return errors;
}

/** The class stood in an annotation once; both may not differ from the start. */
export function validateNewIngress(ingress: Ingress): FieldError[] {
  const errors = validateIngress(ingress);
  const annotation = ingress.metadata.annotations?.[classAnnotation];
  const { ingressClassName } = ingress.spec;
  if (annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName) {
    const why = "must match `ingressClassName` when both are specified";
    errors.push(new Path("annotations").child(classAnnotation).invalid(annotation, why));
  }
  return errors;
}

const hostFaults = (host: string): readonly string[] =>
  host.includes("*") ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host);

function validateRule(errors: FieldError[], { host, http }: IngressRule, path: Path): void {
  if (host) {
    const at = path.child("host");
    if (parseAddress(host)) errors.push(at.invalid(host, "must be a DNS name, not an IP address"));
    report(errors, at, host, hostFaults(host));
  }
  if (!http) return;
  const paths = path.child("http", "paths");
  if (!http.paths?.length) errors.push(paths.required());
  http.paths?.forEach((one, i) => {
    validatePath(errors, one, paths.index(i));
  });
}

function validatePath(errors: FieldError[], { path = "", pathType, backend }: HTTPIngressPath, at: Path): void {
  if (pathType === null || pathType === undefined) {
    errors.push(at.child("pathType").required("pathType must be specified"));
    return;
  }
  const say = (why: string): unknown => errors.push(at.child("path").invalid(path, why));
  if (pathType === "Exact" || pathType === "Prefix") {
    if (!path.startsWith("/")) say("must be an absolute path");
    for (const part of forbiddenParts) if (path.includes(part)) say(`must not contain '${part}'`);
    for (const end of forbiddenEnds) if (path.endsWith(end)) say(`cannot end with '${end}'`);
  } else if (pathType !== "ImplementationSpecific")
    errors.push(at.child("pathType").notSupported(pathType, ["Exact", "ImplementationSpecific", "Prefix"]));
  else if (path && !path.startsWith("/")) say("must be an absolute path");
  validateBackend(errors, backend, at.child("backend"));
}

function validateBackend(errors: FieldError[], { service, resource }: IngressBackend, path: Path): void {
  if (service && resource) errors.push(path.invalid("", "cannot set both resource and service backends"));
  else if (resource) validateReference(errors, resource, path.child("resource"));
  else if (service) {
    const at = path.child("service");
    const { name = "", number = 0 } = service.port ?? {};
    if (service.name) report(errors, at.child("name"), service.name, isDns1123Label(service.name));
    else errors.push(at.child("name").required());
    if (name && number) errors.push(path.invalid("", "cannot set both port name & port number"));
    else if (name) report(errors, at.child("port", "name"), name, isPortName(name));
    else if (number) report(errors, at.child("port", "number"), number, isPortNumber(number));
    else errors.push(path.required("port name or number is required"));
  } else errors.push(path.invalid("", "resource or service backend is required"));
}

interface Reference {
  readonly apiGroup?: string | null | undefined;
  readonly kind: string;
  readonly name: string;
}

function validateReference(errors: FieldError[], reference: Reference, path: Path): void {
  const { apiGroup, kind, name } = reference;
  if (typeof apiGroup === "string") report(errors, path.child("apiGroup"), apiGroup, isDns1123Subdomain(apiGroup));
  if (kind) report(errors, path.child("kind"), kind, pathSegmentName(kind));
  else errors.push(path.child("kind").required());
  if (name) report(errors, path.child("name"), name, pathSegmentName(name));
  else errors.push(path.child("name").required());
}

export function validateIngressStatus({ status }: Ingress, { status: old }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  const known = (old.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? "");
  status.loadBalancer?.ingress?.forEach(({ ip, hostname }, i) => {
    const at = new Path("status").child("loadBalancer", "ingress").index(i);
    if (ip) validateIp(errors, at.child("ip"), ip, known);
    if (!hostname) return;
    report(errors, at.child("hostname"), hostname, isDns1123Subdomain(hostname));
    if (parseAddress(hostname))
      errors.push(at.child("hostname").invalid(hostname, "must be a DNS name, not an IP address"));
  });
  return errors;
}

export function validateIngressClass({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const path = specPath.child("controller");
  const { controller = "", parameters } = spec;
  if (controller.length > longestController) errors.push(path.tooLong(longestController));
  if (!controller) errors.push(path.required());
  else for (const { value, fault } of isDomainPrefixedPath(controller)) errors.push(path.invalid(value, fault));
  if (!parameters) return errors;
  const at = specPath.child("parameters");
  validateReference(errors, parameters, at);
  const { scope, namespace } = parameters;
  const inNamespace = at.child("namespace");
  checkSupported(errors, at.child("scope"), scope ?? undefined, ["Cluster", "Namespace"]);
  if (scope === "Namespace") {
    if (namespace === undefined) errors.push(inNamespace.required("`parameters.scope` is set to 'Namespace'"));
    else report(errors, inNamespace, namespace, isDns1123Label(namespace));
  } else if (scope === "Cluster" && namespace !== undefined)
    errors.push(inNamespace.forbidden("`parameters.scope` is set to 'Cluster'"));
  return errors;
}

export function validateIngressClassUpdate(made: IngressClass, old: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  if (made.spec.controller !== old.spec.controller)
    errors.push(specPath.child("controller").invalid(made.spec.controller ?? "", immutableText));
  return [...errors, ...validateIngressClass(made)];
}
