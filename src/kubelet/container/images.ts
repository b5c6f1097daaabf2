/**
 * Images for containers: pulled by policy, with a wait after each failure, by the credentials of the pod
 * (https://kubernetes.io/docs/concepts/containers/images/).
 */
import type { Clock } from "../../base/clock.ts";
import type { Client } from "../../client/client.ts";
import { type Pod, secrets, serviceAccounts } from "../../client/kinds.ts";
import type { EventRecorder } from "../../reconciler/events.ts";
import { type Container, type ContainerRole, regardingContainer } from "../pod/spec.ts";
import type { Image, RegistryAuth, Runtime, SandboxConfig } from "../runtimes/contract.ts";
import { FailureBackoff } from "./failure-backoff.ts";
import { registryOf, withDefaultTag } from "./image-name.ts";
import { StartFailure } from "./start-failure.ts";

export interface PulledImage {
  readonly imageRef: string;
  readonly image: Image | undefined;
}

export class Images {
  readonly #runtime: Runtime;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #backoff: FailureBackoff;
  readonly #lastFailure = new Map<string, string>();
  /** One pull at a time, as a kubelet does by default. */
  #pulling: Promise<unknown> = Promise.resolve();

  constructor(options: { runtime: Runtime; client: Client; clock: Clock; events: EventRecorder }) {
    this.#runtime = options.runtime;
    this.#client = options.client;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#backoff = new FailureBackoff(options.clock);
  }

  /** Makes the image of the container present. Throws StartFailure. */
  async ensure(pod: Pod, container: Container, role: ContainerRole, sandbox: SandboxConfig): Promise<PulledImage> {
    const requested = container.image ?? "";
    const about = regardingContainer(pod, container.name, role);
    const image = ((): string => {
      try {
        return withDefaultTag(requested);
      } catch (error) {
        const message = `Failed to apply default image tag "${requested}": ${text(error)}`;
        this.#events.warning(about, "InspectFailed", message);
        throw new StartFailure("InvalidImageName", message);
      }
    })();
    if (container.imagePullPolicy !== "Always") {
      const present = await this.#present(pod, container, role, image, requested);
      if (present) return present;
    }
    return this.#pull(pod, container, role, image, sandbox);
  }

  forget(uid: string): void {
    this.#backoff.forget(`${uid}_`);
    for (const key of this.#lastFailure.keys()) if (key.startsWith(`${uid}_`)) this.#lastFailure.delete(key);
  }

  async #present(
    pod: Pod,
    container: Container,
    role: ContainerRole,
    image: string,
    requested: string,
  ): Promise<PulledImage | undefined> {
    const about = regardingContainer(pod, container.name, role);
    const found = await this.#runtime.imageStatus(image).catch((error: unknown) => {
      const message = `Failed to inspect image "": ${text(error)}`;
      this.#events.warning(about, "InspectFailed", message);
      throw new StartFailure("ImageInspectError", message);
    });
    if (found) {
      const message = `Container image "${requested}" already present on machine and can be accessed by the pod`;
      this.#events.normal(about, "Pulled", message);
      return { imageRef: found.id, image: found };
    }
    if (container.imagePullPolicy !== "Never") return undefined;
    const message = `Container image "${requested}" is not present with pull policy of Never`;
    this.#events.warning(about, "ErrImageNeverPull", message);
    throw new StartFailure("ErrImageNeverPull", message);
  }

  async #pull(
    pod: Pod,
    container: Container,
    role: ContainerRole,
    image: string,
    sandbox: SandboxConfig,
  ): Promise<PulledImage> {
    const requested = container.image ?? "";
    const about = regardingContainer(pod, container.name, role);
    const key = `${pod.metadata.uid}_${requested}`;
    const endsAt = this.#backoff.endsAt(key);
    if (endsAt !== undefined) {
      const message = `Back-off pulling image "${requested}"`;
      this.#events.normal(about, "BackOff", message);
      const last = this.#lastFailure.get(key);
      throw new StartFailure("ImagePullBackOff", last ? `${message}: ${last}` : message, endsAt);
    }
    this.#lastFailure.delete(key);
    this.#events.normal(about, "Pulling", `Pulling image "${requested}"`);
    const asked = this.#clock.now();
    try {
      const auth = await this.#credentials(pod, image);
      const { ref, tookMs } = await this.#inTurn(async () => {
        const began = this.#clock.now();
        return { ref: await this.#tryAll(image, auth, sandbox), tookMs: this.#clock.now() - began };
      });
      const found = await this.#runtime.imageStatus(image);
      const waited = this.#clock.now() - asked;
      this.#events.normal(
        about,
        "Pulled",
        `Successfully pulled image "${requested}" in ${duration(tookMs)} (${duration(waited)} including waiting). Image size: ${found?.size ?? 0} bytes.`,
      );
      return { imageRef: found?.id ?? ref, image: found };
    } catch (error) {
      const why = text(error);
      this.#events.warning(about, "Failed", `Failed to pull image "${requested}": ${why}`);
      this.#backoff.fail(key, this.#clock.now());
      this.#lastFailure.set(key, `ErrImagePull: ${why}`);
      throw new StartFailure("ErrImagePull", why);
    }
  }

  #inTurn<T>(pull: () => Promise<T>): Promise<T> {
    const turn = this.#pulling.then(pull, pull);
    this.#pulling = turn.catch(() => {});
    return turn;
  }

  /** Tries each of the credentials, and none if there are none. */
  async #tryAll(image: string, auths: readonly RegistryAuth[], sandbox: SandboxConfig): Promise<string> {
    if (auths.length === 0) return this.#runtime.pullImage(image, undefined, sandbox);
    let failure: unknown;
    for (const auth of auths) {
      try {
        return await this.#runtime.pullImage(image, auth, sandbox);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #credentials({ metadata: { namespace }, spec }: Pod, image: string): Promise<RegistryAuth[]> {
    const named = (spec.imagePullSecrets ?? []).map((r) => r.name ?? "");
    const account = await this.#client
      .get(serviceAccounts, { namespace, name: spec.serviceAccountName || "default" })
      .catch(() => undefined);
    for (const { name } of account?.imagePullSecrets ?? []) if (name && !named.includes(name)) named.push(name);
    const auths: RegistryAuth[] = [];
    for (const name of named) {
      const secret = await this.#client.get(secrets, { namespace, name }).catch(() => undefined);
      const config = secret?.data?.[".dockerconfigjson"] ?? secret?.data?.[".dockercfg"];
      if (config) auths.push(...authsFrom(atob(config), registryOf(image)));
    }
    return auths;
  }
}

interface DockerAuth {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The credentials that a Docker config holds for a registry; none if it is no such config. */
function authsFrom(text: string, registry: string): RegistryAuth[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const root = (parsed ?? {}) as { auths?: Record<string, DockerAuth> } & Record<string, DockerAuth>;
  const entries = Object.entries(root.auths ?? root);
  return entries
    .filter(([server]) => hostOf(server) === registry)
    .map(([serverAddress, { username, password, auth, identitytoken }]) => ({
      ...(username && { username }),
      ...(password && { password }),
      ...(auth && { auth }),
      ...(identitytoken && { identityToken: identitytoken }),
      serverAddress,
    }));
}

function hostOf(server: string): string {
  const host = server.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** As Go prints a duration of milliseconds. */
function duration(ms: number): string {
  const whole = Math.floor(ms);
  return whole < 1000 ? (whole === 0 ? "0s" : `${whole}ms`) : `${Number((whole / 1000).toFixed(3))}s`;
}
