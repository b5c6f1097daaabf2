import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../generated/networking-v1.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isWithin, parseRange, validateRange, warningsForRange } from "../../validation/ip.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isPortName, isPortNumber } from "../../validation/names.ts";

const specPath = new Path("spec");
const protocols = ["TCP", "UDP", "SCTP"];
const types = ["Ingress", "Egress"];

interface Rule {
  readonly path: Path;
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
  readonly peersPath: Path;
}

/** The rules of both directions, alike. */
function rulesOf({ spec }: NetworkPolicy): Rule[] {
  const incoming = (spec.ingress ?? []).map(({ ports = [], from = [] }, i) => {
    const path = specPath.child("ingress").index(i);
    return { path, ports, peers: from, peersPath: path.child("from") };
  });
  const outgoing = (spec.egress ?? []).map(({ ports = [], to = [] }, i) => {
    const path = specPath.child("egress").index(i);
    return { path, ports, peers: to, peersPath: path.child("to") };
  });
  return [...incoming, ...outgoing];
}

const rangesOf = (policy: NetworkPolicy): string[] =>
  rulesOf(policy).flatMap(({ peers }) =>
    peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [])),
  );

/** Ranges that stood in the old policy may stay, even where they are odd. */
export function validatePolicy(policy: NetworkPolicy, old?: NetworkPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const known = old ? rangesOf(old) : [];
  validateLabelSelector(errors, policy.spec.podSelector, specPath.child("podSelector"));
  for (const { path, ports, peers, peersPath } of rulesOf(policy)) {
    ports.forEach((port, i) => {
      validatePort(errors, port, path.child("ports").index(i));
    });
    peers.forEach((peer, i) => {
      validatePeer(errors, peer, known, peersPath.index(i));
    });
  }
  const path = specPath.child("policyTypes");
  const { policyTypes = [] } = policy.spec;
  if (policyTypes.length > types.length)
    errors.push(path.invalid(policyTypes, "may not specify more than two policyTypes"));
  else
    policyTypes.forEach((type, i) => {
      if (!types.includes(type)) errors.push(path.index(i).notSupported(type, types));
    });
  return errors;
}

function validatePort(errors: FieldError[], { protocol, port, endPort }: NetworkPolicyPort, path: Path): void {
  if (protocol !== undefined && !protocols.includes(protocol))
    errors.push(path.child("protocol").notSupported(protocol, protocols));
  const end = path.child("endPort");
  if (typeof port === "number") {
    report(errors, path.child("port"), port, isPortNumber(port));
    if (endPort === undefined) return;
    if (endPort < port) errors.push(end.invalid(port, "must be greater than or equal to `port`"));
    report(errors, end, endPort, isPortNumber(endPort));
    return;
  }
  const why = port === undefined ? "`port` is not specified" : "`port` is non-numeric";
  if (endPort !== undefined) errors.push(end.invalid(endPort, `may not be specified when ${why}`));
  if (port !== undefined) report(errors, path.child("port"), port, isPortName(port));
}

function validatePeer(errors: FieldError[], peer: NetworkPolicyPeer, known: readonly string[], path: Path): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  validateLabelSelector(errors, podSelector, path.child("podSelector"));
  validateLabelSelector(errors, namespaceSelector, path.child("namespaceSelector"));
  if (ipBlock) validateBlock(errors, ipBlock, known, path.child("ipBlock"));
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(path.required("must specify a peer"));
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(path.forbidden("may not specify both ipBlock and another peer"));
}

function validateBlock(
  errors: FieldError[],
  { cidr, except = [] }: IPBlock,
  known: readonly string[],
  path: Path,
): void {
  if (!cidr) {
    errors.push(path.child("cidr").required());
    return;
  }
  validateRange(errors, path.child("cidr"), cidr, known);
  const whole = parseRange(cidr);
  if (!whole) return;
  except.forEach((text, i) => {
    const at = path.child("except").index(i);
    validateRange(errors, at, text, known);
    const part = parseRange(text);
    if (part && (!isWithin(part.address, whole) || whole.prefix >= part.prefix))
      errors.push(at.invalid(text, "must be a strict subset of `cidr`"));
  });
}

export function policyWarnings(policy: NetworkPolicy): string[] {
  return rulesOf(policy).flatMap(({ peers, peersPath }) =>
    peers.flatMap(({ ipBlock }, i) => {
      const path = peersPath.index(i).child("ipBlock");
      if (!ipBlock) return [];
      const { cidr, except = [] } = ipBlock;
      return [
        ...warningsForRange(path.child("cidr"), cidr),
        ...except.flatMap((text, j) => warningsForRange(path.child("except").index(j), text)),
      ];
    }),
  );
}
