/** As whom containers may run. */
import { type Check, containers, hasUserNamespace, namesOf, type Rule, setters, unless } from "./check.ts";

const nonRoot: Rule = (spec) => {
  const reason = "runAsNonRoot != true";
  const ofPod = spec.securityContext?.runAsNonRoot;
  const bad = namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false);
  if (ofPod === false || bad.length)
    return { reason, detail: `${setters(ofPod === false, bad)} must not set securityContext.runAsNonRoot=false` };
  if (ofPod) return undefined;
  const silent = namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (!silent.length) return undefined;
  return { reason, detail: `pod or ${containers(silent)} must set securityContext.runAsNonRoot=true` };
};

const notUserZero: Rule = (spec) => {
  const pod = spec.securityContext?.runAsUser === 0;
  const bad = namesOf(spec, ({ securityContext }) => securityContext?.runAsUser === 0);
  if (!pod && !bad.length) return undefined;
  return { reason: "runAsUser=0", detail: `${setters(pod, bad)} must not set runAsUser=0` };
};

export const userChecks: readonly Check[] = [
  { id: "runAsNonRoot", level: "restricted", since: { 0: nonRoot, 35: unless(hasUserNamespace, nonRoot) } },
  { id: "runAsUser", level: "restricted", since: { 23: notUserZero, 35: unless(hasUserNamespace, notUserZero) } },
];
