/** Which container of a pod is meant. */
import type { Pod } from "../../client/kinds.ts";
import { VerbError } from "../verbs/failures.ts";
import type { Session } from "../verbs/session.ts";

const chosenByAnnotation = "kubectl.kubernetes.io/default-container";

interface ContainerSet {
  readonly all: readonly string[];
  /** `web, setup (init)`. */
  readonly shown: string;
}

function containersOf({ spec }: Pod): ContainerSet {
  const names = (list: readonly { readonly name: string }[] | null | undefined): string[] =>
    (list ?? []).map(({ name }) => name);
  const [main, init, ephemeral] = [names(spec.containers), names(spec.initContainers), names(spec.ephemeralContainers)];
  const shown = [...main, ...ephemeral.map((name) => `${name} (ephem)`), ...init.map((name) => `${name} (init)`)];
  return { all: [...main, ...ephemeral, ...init], shown: shown.join(", ") };
}

/**
 * The container that is named, the one that the pod's annotation names, or the first, which is told on stderr where there
 * are others. Throws VerbError for one that there is not.
 */
export function chooseContainer(session: Session, pod: Pod, asked: string, quiet = false): string {
  const { all, shown } = containersOf(pod);
  const { name = "", annotations } = pod.metadata;
  if (asked) {
    if (!all.includes(asked)) throw new VerbError(`container ${asked} is not valid for pod ${name} out of: ${shown}`);
    return asked;
  }
  const annotated = annotations?.[chosenByAnnotation];
  if (annotated) {
    if (all.includes(annotated)) return annotated;
    session.err(`Default container name ${JSON.stringify(annotated)} not found in pod ${name}\n`);
  }
  const first = pod.spec.containers?.[0]?.name ?? "";
  if (all.length > 1 && !quiet) session.err(`Defaulted container ${JSON.stringify(first)} out of: ${shown}\n`);
  return first;
}
