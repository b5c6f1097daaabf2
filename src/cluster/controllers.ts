/** The controllers of a cluster: importing a file registers nothing, these lists do. */
import type { Catalog } from "../api/catalog.ts";
import type { AnyObject } from "../client/client.ts";
import { bootstrapSigner } from "../controllers/bootstrap-tokens/signer.ts";
import { tokenCleaner } from "../controllers/bootstrap-tokens/token-cleaner.ts";
import type { CertificateAuthority } from "../controllers/certificates/authority.ts";
import {
  certificateApprover,
  certificateCleaner,
  certificateSigner,
  type MayCreate,
} from "../controllers/certificates/reconcile.ts";
import { clusterRoleAggregationController } from "../controllers/cluster-role-aggregation/reconcile.ts";
import { cronJobController } from "../controllers/cronjob/reconcile.ts";
import { daemonSetController } from "../controllers/daemonset/reconcile.ts";
import { deploymentController } from "../controllers/deployment/reconcile.ts";
import { disruptedPodsController } from "../controllers/disruption/disrupted-pods.ts";
import { disruptionController } from "../controllers/disruption/reconcile.ts";
import { endpointSliceController } from "../controllers/endpoint-slice/reconcile.ts";
import { endpointSliceMirroringController } from "../controllers/endpoint-slice-mirroring/reconcile.ts";
import { endpointsController } from "../controllers/endpoints/reconcile.ts";
import { ephemeralVolumeController } from "../controllers/ephemeral-volume/reconcile.ts";
import { startGarbageCollector } from "../controllers/garbage-collector/start.ts";
import { jobOrphanController } from "../controllers/job/orphans.ts";
import { jobController } from "../controllers/job/reconcile.ts";
import { namespaceController } from "../controllers/namespace/reconcile.ts";
import { nodeIpamController } from "../controllers/node-ipam/reconcile.ts";
import { podsOnLostNodes } from "../controllers/node-lifecycle/pods-not-ready.ts";
import { nodeLifecycleController } from "../controllers/node-lifecycle/reconcile.ts";
import { nodeTtlController } from "../controllers/node-ttl/reconcile.ts";
import { podGarbageCollector } from "../controllers/pod-garbage-collector/reconcile.ts";
import { policyStatusController } from "../controllers/policy-status/reconcile.ts";
import { replicaSetController, replicationController } from "../controllers/replicaset/reconcile.ts";
import { startResourceQuotas } from "../controllers/resource-quota/start.ts";
import { rootCaPublisher } from "../controllers/root-ca/reconcile.ts";
import { serviceAccountController } from "../controllers/service-account/reconcile.ts";
import { type SignSecretToken, serviceAccountTokenController } from "../controllers/service-account-token/reconcile.ts";
import { statefulSetController } from "../controllers/statefulset/reconcile.ts";
import { taintEvictionController } from "../controllers/taint-eviction/reconcile.ts";
import { startTimeToLive } from "../controllers/time-to-live/start.ts";
import { ttlAfterFinishedController } from "../controllers/ttl-after-finished/reconcile.ts";
import { claimProtection, classProtection, volumeProtection } from "../controllers/volume-protection/reconcile.ts";
import type { Controller, Environment } from "../reconciler/controller.ts";
import type { Running } from "../reconciler/run.ts";

/** Forgets the type of the objects, so that controllers of all kinds lie in one array. */
const each = <T extends AnyObject>(controller: Controller<T>): Controller => controller as unknown as Controller;

/** The controllers of workloads. */
export const workloadControllers = (): readonly Controller[] => [
  each(replicaSetController),
  each(replicationController),
  each(deploymentController),
  each(daemonSetController()),
  each(jobController()),
  each(jobOrphanController),
  each(ttlAfterFinishedController),
  each(cronJobController()),
  each(statefulSetController),
];

/** What controllers need to know of their cluster beside what its API tells. */
export interface ClusterFacts {
  readonly catalog: Catalog;
  /** The certificate of the cluster's authority, in PEM. */
  readonly caCertificate?: string | undefined;
  /** The addresses of pods, of which nodes are given parts; one range, or one per family with a comma between. */
  readonly podRange?: string | undefined;
  readonly signSecretToken: SignSecretToken;
  /** Signs certificates that are asked for; without it none are. */
  readonly certificateAuthority?: CertificateAuthority | undefined;
  readonly mayCreateRequest: MayCreate;
}

/** The controllers that keep the cluster itself going, for a cluster like this. */
export const clusterControllers = (facts: ClusterFacts): readonly Controller[] => [
  each(serviceAccountController),
  each(namespaceController(() => facts.catalog.all())),
  ...(facts.podRange ? [each(nodeIpamController(facts.podRange))] : []),
  each(nodeLifecycleController()),
  each(nodeTtlController()),
  each(podsOnLostNodes),
  each(taintEvictionController()),
  each(podGarbageCollector()),
  ...(facts.certificateAuthority
    ? [
        each(certificateApprover(facts.certificateAuthority, facts.mayCreateRequest)),
        each(certificateSigner(facts.certificateAuthority)),
      ]
    : []),
  each(certificateCleaner),
  each(clusterRoleAggregationController),
  each(policyStatusController(facts.catalog)),
  each(disruptionController(facts.catalog)),
  each(disruptedPodsController),
  each(ephemeralVolumeController),
  each(claimProtection),
  each(volumeProtection),
  each(classProtection),
  each(endpointSliceController()),
  each(endpointsController()),
  each(endpointSliceMirroringController),
  ...(facts.caCertificate ? [each(rootCaPublisher(facts.caCertificate))] : []),
  each(tokenCleaner),
  each(bootstrapSigner),
  each(serviceAccountTokenController(facts.signSecretToken, facts.caCertificate)),
];

/** What does not fit the form of a controller: it looks after many kinds at once, or after the passing of time. */
export interface Part {
  readonly name: string;
  start(environment: Environment): Promise<Running>;
}

export const parts = ({ catalog }: ClusterFacts): readonly Part[] => [
  { name: "garbage-collector-controller", start: (environment) => startGarbageCollector(environment, catalog) },
  { name: "time-to-live", start: (environment) => startTimeToLive(environment, catalog) },
  { name: "resourcequota-controller", start: (environment) => startResourceQuotas(environment, catalog) },
];
