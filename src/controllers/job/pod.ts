/** The pods of a Job. */
import type { Job, Pod } from "../../client/kinds.ts";
import { jobs } from "../../client/kinds.ts";
import { podFromTemplate } from "../pods/pod-control.ts";
import {
  countsPerIndex,
  failureCountAnnotation,
  ignoredFailureCountAnnotation,
  indexAnnotation,
  isIndexed,
  nextFailureCounts,
  trackingFinalizer,
} from "./pod-facts.ts";

type Container = NonNullable<Pod["spec"]["containers"]>[number];

const indexVariable = "JOB_COMPLETION_INDEX";
/** The server appends five letters; names of pods are to fit into host names. */
const longestPrefix = 58;

/** What all pods of the Job have in common. */
export function podOf(job: Job): Pod {
  const pod = podFromTemplate(job.spec.template, { kind: jobs, object: job });
  const finalizers = pod.metadata.finalizers ?? [];
  const tracked = finalizers.includes(trackingFinalizer) ? finalizers : [...finalizers, trackingFinalizer];
  const metadata = { ...pod.metadata, finalizers: tracked };
  if (!isIndexed(job)) return { ...pod, metadata };
  const { containers, initContainers, ...spec } = pod.spec;
  return {
    ...pod,
    metadata,
    spec: {
      ...spec,
      ...(initContainers && { initContainers: initContainers.map(withIndexVariable) }),
      containers: (containers ?? []).map(withIndexVariable),
    },
  };
}

function withIndexVariable(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === indexVariable)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${indexAnnotation}']` };
  return { ...container, env: [...env, { name: indexVariable, valueFrom: { fieldRef } }] };
}

/** The pod with a number; `replaced` has failed under the same. */
export function numbered(pod: Pod, job: Job, index: number, replaced: Pod | undefined): Pod {
  const name = job.metadata.name ?? "";
  const suffix = `-${index}-`;
  const { failures, ignored } = nextFailureCounts(job, replaced);
  const annotations = {
    ...pod.metadata.annotations,
    [indexAnnotation]: String(index),
    ...(countsPerIndex(job) && { [failureCountAnnotation]: String(failures) }),
    ...(countsPerIndex(job) && ignored > 0 && { [ignoredFailureCountAnnotation]: String(ignored) }),
  };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: name.slice(0, longestPrefix - suffix.length) + suffix,
      labels: { ...pod.metadata.labels, [indexAnnotation]: String(index) },
      annotations,
    },
    spec: { ...pod.spec, hostname: `${name}-${index}` },
  };
}
