/** What the workers of a node's pods share. */
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Client } from "../client/client.ts";
import type { Service } from "../client/kinds.ts";
import type { EventRecorder } from "../reconciler/events.ts";
import type { NodeSettings } from "./container/config.ts";
import type { FailureBackoff } from "./container/failure-backoff.ts";
import type { Images } from "./container/images.ts";
import type { Host } from "./host.ts";
import type { Observer } from "./pod/observer.ts";
import type { Prober } from "./probes/prober.ts";
import type { Runtime } from "./runtimes/contract.ts";
import type { StatusWriter } from "./status/status-writer.ts";
import type { Volumes } from "./volumes/volumes.ts";

export interface NodeParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventRecorder;
  readonly runtime: Runtime;
  readonly host: Host;
  readonly settings: NodeSettings;
  /** `containerd`, `simulated`: what container ids begin with. */
  readonly runtimeName: string;
  readonly hostIP: string;
  readonly observer: Observer;
  readonly prober: Prober;
  readonly statuses: StatusWriter;
  readonly volumes: Volumes;
  readonly images: Images;
  readonly restarts: FailureBackoff;
  /** Those whose variables containers get: of the namespace, and `kubernetes` of the default one. */
  readonly services: (namespace: string) => readonly Service[];
  readonly allocatable: () => Readonly<Record<string, string>>;
  readonly onError: (what: string, error: unknown) => void;
}
