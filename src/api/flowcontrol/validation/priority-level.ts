/** PriorityLevelConfigurations (upstream's pkg/apis/flowcontrol/validation). */
import type {
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from "../../generated/flowcontrol-v1.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { inRange } from "../../validation/names.ts";
import { validateFlowStatus } from "./flow-schema.ts";

const specPath = new Path("spec");
const mostQueues = 10_000_000;
/** Hands are dealt from a hash of so many bits. */
const hashBits = 60;
const oldAnnotation = "flowcontrol.k8s.io/concurrency-shares-defaulted";

export function validatePriorityLevel({ metadata, spec, status }: PriorityLevelConfiguration): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.annotations?.[oldAnnotation] !== undefined)
    errors.push(new Path("metadata").child("annotations").forbidden(`annotation '${oldAnnotation}' is forbidden`));
  if ((metadata.name === "exempt") !== (spec.type === "Exempt"))
    errors.push(specPath.child("type").invalid(spec.type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  const { limited, exempt, type } = spec;
  if (type === "Exempt") {
    if (limited) errors.push(specPath.child("limited").forbidden("must be nil if the type is not Limited"));
    if (exempt) validateShares(errors, exempt, specPath.child("exempt"));
  } else if (type === "Limited") {
    if (exempt) errors.push(specPath.child("exempt").forbidden("must be nil if the type is Limited"));
    if (limited) validateLimited(errors, limited, specPath.child("limited"));
    else errors.push(specPath.child("limited").required("must not be empty when type is Limited"));
  } else errors.push(specPath.child("type").notSupported(type, ["Exempt", "Limited"]));
  return [...errors, ...validateFlowStatus({ status })];
}

interface Shares {
  readonly nominalConcurrencyShares?: number | null | undefined;
  readonly lendablePercent?: number | undefined;
}

function checkShares(errors: FieldError[], { nominalConcurrencyShares: shares }: Shares, path: Path): void {
  if ((shares ?? 0) < 0)
    errors.push(path.child("nominalConcurrencyShares").invalid(shares, "must be a non-negative integer"));
}

function checkLendable(errors: FieldError[], { lendablePercent: percent }: Shares, path: Path): void {
  if (percent !== undefined && (percent < 0 || percent > 100))
    errors.push(path.child("lendablePercent").invalid(percent, inRange(0, 100)));
}

function validateShares(errors: FieldError[], shares: Shares, path: Path): void {
  checkShares(errors, shares, path);
  checkLendable(errors, shares, path);
}

function validateLimited(
  errors: FieldError[],
  limited: NonNullable<PriorityLevelConfigurationSpec["limited"]>,
  path: Path,
): void {
  checkShares(errors, limited, path);
  validateResponse(errors, limited.limitResponse, path.child("limitResponse"));
  checkLendable(errors, limited, path);
  const { borrowingLimitPercent: percent } = limited;
  if (percent !== undefined && percent < 0)
    errors.push(path.child("borrowingLimitPercent").invalid(percent, "if specified, must be a non-negative integer"));
}

function validateResponse(errors: FieldError[], { type, queuing }: LimitResponse, path: Path): void {
  const at = path.child("queuing");
  if (type === "Reject") {
    if (queuing) errors.push(at.forbidden("must be nil if limited.limitResponse.type is not Limited"));
  } else if (type === "Queue") {
    if (queuing) validateQueuing(errors, queuing, at);
    else errors.push(at.required("must not be empty if limited.limitResponse.type is Limited"));
  } else errors.push(path.child("type").notSupported(type, ["Queue", "Reject"]));
}

function validateQueuing(
  errors: FieldError[],
  { queues, handSize, queueLengthLimit }: QueuingConfiguration,
  path: Path,
): void {
  if (queueLengthLimit <= 0) errors.push(path.child("queueLengthLimit").invalid(queueLengthLimit, "must be positive"));
  if (queues <= 0) errors.push(path.child("queues").invalid(queues, "must be positive"));
  else if (queues > mostQueues)
    errors.push(path.child("queues").invalid(queues, `must not be greater than ${mostQueues}`));
  const say = (why: string): unknown => errors.push(path.child("handSize").invalid(handSize, why));
  if (handSize <= 0) say("must be positive");
  else if (handSize > queues) say(`should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * handSize) > hashBits)
    say(`required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`);
}
