/** The way to a kubelet that lives in this process. */
import type { Duplex } from "node:stream";
import { badRequest, internal, notFound } from "../../api/errors.ts";
import type { NodeUsage } from "../../api/metrics/usage.ts";
import type { HttpResponse } from "../../apiserver/exchange.ts";
import type {
  LogRequest,
  NodeConnection,
  PodRequest,
  PodTarget,
  SessionRequest,
  Takeover,
} from "../../apiserver/streams/node-connection.ts";
import { splice } from "../../kubelet/host/splice.ts";
import { servePorts, serveProgram } from "../../kubelet/host/streams/serve.ts";
import type { Kubelet } from "../../kubelet/kubelet.ts";
import { readLog } from "../../kubelet/logs/read.ts";
import { latestOf, type ObservedPod } from "../../kubelet/pod/observed.ts";
import {
  type Connection,
  type ContainerStatus,
  type PortTarget,
  type Process,
  RuntimeFailure,
  type StreamTarget,
} from "../../kubelet/runtimes/contract.ts";
import type { ComponentPods } from "../component-pods.ts";
import { askKubelet } from "./kubelet-paths.ts";
import { sessionAt } from "./kubelet-sessions.ts";
import { askPod, upgradePod } from "./pod-request.ts";

/** What could not be run is told on the session, as a runtime's own streaming server tells it. */
function failedProcess({ message }: RuntimeFailure): Process {
  const text = `Internal error occurred: error executing command in container: failed to exec in container: ${message}`;
  const exit = Promise.reject(new Error(text));
  exit.catch(() => {});
  return { write: async () => {}, end: () => {}, resize: () => {}, kill: () => {}, exit };
}

/** Of kubelets. */
const usualPort = 10250;

const portsOf = (request: SessionRequest): readonly number[] => (request.kind === "portforward" ? request.ports : []);

export class LocalConnection implements NodeConnection {
  readonly #kubelet: Kubelet;
  readonly #components: ComponentPods | undefined;
  readonly #connect: ((port: number) => Promise<Connection>) | undefined;

  /** `components`: the pods that no kubelet runs, with logs of their own; `connect`: the way to the node's ports. */
  constructor(kubelet: Kubelet, components?: ComponentPods, connect?: (port: number) => Promise<Connection>) {
    this.#kubelet = kubelet;
    this.#components = components;
    this.#connect = connect;
  }

  usage(): Promise<NodeUsage> {
    return this.#kubelet.meter.usage();
  }

  async log(pod: PodTarget, request: LogRequest): Promise<HttpResponse> {
    const { parts } = this.#kubelet;
    const own = pod.namespace === "kube-system" ? this.#components?.log(pod.name, request) : undefined;
    if (own) return own;
    const container = this.#loggedContainer(pod, request);
    const path = container.logPath;
    const isRunning = (): boolean =>
      parts.observer.get(pod.uid).containers.some((c) => c.id === container.id && c.state === "running");
    return {
      status: 200,
      headers: { "content-type": "text/plain", "cache-control": "no-cache, private" },
      body: async (sink, signal) => {
        const write = async (bytes: Uint8Array): Promise<void> => {
          if (!sink.write(bytes)) await sink.drained();
        };
        await readLog({
          files: parts.host.files,
          clock: parts.clock,
          path,
          options: request,
          write,
          isRunning,
          signal,
        });
      },
    };
  }

  async session(
    pod: PodTarget,
    request: SessionRequest,
    client: { readonly method: string; readonly headers: Readonly<Record<string, string | undefined>> },
  ): Promise<Takeover> {
    const target = await this.#target(pod, request).catch((error: unknown): StreamTarget => {
      if (!(error instanceof RuntimeFailure)) throw error;
      return { kind: "process", process: failedProcess(error) };
    });
    return (socket, head) => {
      const stream = socket as Duplex;
      if (target.kind === "url") splice({ url: target.url, ...client }, stream, head);
      else if (target.kind === "connect") servePorts(target, portsOf(request), client, stream, head);
      else if (request.kind !== "portforward") serveProgram(target, request, client, stream, head);
    };
  }

  async ask(pod: PodTarget | undefined, request: PodRequest): Promise<HttpResponse> {
    if (!pod && this.#isKubelet(request)) {
      const log = (of: PodTarget, asked: LogRequest): Promise<HttpResponse> => this.log(of, asked);
      return askKubelet({ kubelet: this.#kubelet, log }, request);
    }
    return askPod(request, await this.#way(pod, request));
  }

  async upgrade(pod: PodTarget | undefined, request: PodRequest): Promise<Takeover> {
    if (!pod && this.#isKubelet(request)) {
      const asked = sessionAt(this.#kubelet, request);
      if (!asked) throw badRequest("Upgrade request required");
      return this.session(asked.pod, asked.request, request);
    }
    return upgradePod(request, await this.#way(pod, request));
  }

  #isKubelet({ port }: PodRequest): boolean {
    return port === (this.#kubelet.registration.node?.status.daemonEndpoints?.kubeletEndpoint?.Port ?? usualPort);
  }

  /** A byte stream to the port; undefined: its address leads there. */
  async #way(pod: PodTarget | undefined, { port }: PodRequest): Promise<Connection | undefined> {
    if (!pod) return this.#connect?.(port);
    const target = await this.#target(pod, { kind: "portforward", ports: [port] });
    return target.kind === "connect" ? target.connect(port) : undefined;
  }

  async #target(pod: PodTarget, request: SessionRequest): Promise<StreamTarget | PortTarget> {
    const { runtime } = this.#kubelet.parts;
    const observed = this.#kubelet.parts.observer.get(pod.uid);
    if (request.kind === "portforward") {
      const sandbox = observed.sandboxes.find((s) => s.ready);
      if (!sandbox) throw notFound({ group: "", name: "pods" }, pod.name);
      return runtime.portForward(sandbox.id, request.ports);
    }
    const container = latestOf(observed, request.container);
    if (container?.state !== "running") {
      throw internal(`unable to upgrade connection: container not found ("${request.container}")`);
    }
    return request.kind === "exec" ? runtime.exec(container.id, request) : runtime.attach(container.id, request);
  }

  /** The container whose log is asked for, in words fit for kubectl where there is none. */
  #loggedContainer({ uid, name }: PodTarget, { container, previous }: LogRequest): ContainerStatus {
    const observed: ObservedPod = this.#kubelet.parts.observer.get(uid);
    const [latest, before] = observed.containers.filter((c) => c.name === container);
    if (previous) {
      // a container that waits for its next life shows its last one
      const last = latest?.state === "exited" ? (this.#isBackingOff(uid, container) ? latest : before) : before;
      if (!last) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
      return last;
    }
    if (!latest || latest.state === "created") {
      const reason = this.#waitingReason(uid, container);
      throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${reason}`);
    }
    return latest;
  }

  #statusOf(uid: string, container: string) {
    const status = this.#kubelet.worker(uid)?.status();
    const all = [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
      ...(status?.ephemeralContainerStatuses ?? []),
    ];
    return all.find((s) => s.name === container);
  }

  #isBackingOff(uid: string, container: string): boolean {
    return this.#statusOf(uid, container)?.state.waiting !== undefined;
  }

  #waitingReason(uid: string, container: string): string {
    const waiting = this.#statusOf(uid, container)?.state.waiting;
    if (waiting?.reason === "ErrImagePull" || waiting?.reason === "ImagePullBackOff")
      return "trying and failing to pull image";
    return waiting?.reason ?? "ContainerCreating";
  }
}
