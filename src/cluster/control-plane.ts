/**
 * A control plane in this process: API server, controllers, scheduler, over a store. Whoever lives in the process speaks
 * to the server directly; a listener (listener.ts) opens it to others.
 */

import { convertByName } from "../api/apiextensions/custom-kind.ts";
import { Catalog } from "../api/catalog.ts";
import { builtInKinds } from "../api/kinds.ts";
import { nodeMetrics, podMetrics } from "../api/metrics/metrics.ts";
import type { KubeObject } from "../api/object.ts";
import type { SubjectOf } from "../apiserver/admission/certificates.ts";
import { defaultPlugins } from "../apiserver/admission/default-plugins.ts";
import { Policies } from "../apiserver/admission/policies/configured.ts";
import { Webhooks } from "../apiserver/admission/webhooks/configurations.ts";
import { byEndpoints } from "../apiserver/aggregation/endpoint-address.ts";
import { ServiceAllocator } from "../apiserver/allocation/service-allocator.ts";
import { ServiceAccountTokens, type SigningKeys } from "../apiserver/authn/service-account-tokens.ts";
import { NodeGraph } from "../apiserver/authz/node-graph.ts";
import { Rbac } from "../apiserver/authz/rbac.ts";
import { type ApiServerConfiguration, usualConfiguration } from "../apiserver/configuration/configuration.ts";
import { Configz } from "../apiserver/configuration/configz.ts";
import type { User } from "../apiserver/context.ts";
import { Definitions } from "../apiserver/custom-resources/definitions.ts";
import { webhookConversion } from "../apiserver/custom-resources/webhook-conversion.ts";
import { Discovery } from "../apiserver/discovery/discovery.ts";
import { Health, healthChecks, Version } from "../apiserver/discovery/health.ts";
import { IndexPage } from "../apiserver/discovery/index-page.ts";
import { OpenId, openIdPaths } from "../apiserver/discovery/open-id.ts";
import { HttpsWebhookCaller } from "../apiserver/http/webhook-caller.ts";
import { LocalClient } from "../apiserver/local-client.ts";
import { metricsHandlers } from "../apiserver/metrics/metrics.ts";
import { OpenApi } from "../apiserver/openapi/openapi.ts";
import { ApiServer } from "../apiserver/server.ts";
import type { NodeConnections } from "../apiserver/streams/node-connection.ts";
import { nodeSessions } from "../apiserver/streams/session.ts";
import { reviewHandlers } from "../apiserver/subresources/reviews.ts";
import { byServiceAddress } from "../apiserver/webhooks/service-address.ts";
import { decodeBase64 } from "../base/base64.ts";
import { type Clock, during } from "../base/clock.ts";
import type { Metrics } from "../base/metrics/metrics.ts";
import type { QueueMetrics } from "../base/metrics/queue-metrics.ts";
import type { Random } from "../base/random.ts";
import type { Client } from "../client/client.ts";
import type { CertificateAuthority } from "../controllers/certificates/authority.ts";
import { Informers } from "../informer/informers.ts";
import type { Controller, Environment } from "../reconciler/controller.ts";
import { type Running, runController } from "../reconciler/run.ts";
import { runAsLeader } from "../reconciler/run-as-leader.ts";
import { runScheduler } from "../scheduler/scheduler.ts";
import type { Store } from "../store/store.ts";
import { aggregation, type FrontProxy } from "./aggregation.ts";
import { auditing } from "./auditing.ts";
import { authentication } from "./authentication.ts";
import { type AuthorizationMode, authorization } from "./authorization.ts";
import { bootstrapAccounts, bootstrapNamespaces, bootstrapPriorityClasses, publishApi } from "./bootstrap.ts";
import { bootstrapObjects } from "./bootstrap-objects.ts";
import { bootstrapRoles } from "./bootstrap-roles.ts";
import { type ClusterFacts, clusterControllers, parts, workloadControllers } from "./controllers.ts";
import { loadDescriptions } from "./descriptions.ts";
import { flowControl } from "./flow.ts";
import { controllerUser, nodeUser, partUser } from "./identities.ts";
import { monitoring } from "./monitoring.ts";
import { subresourceHandlers } from "./subresources.ts";
import { kubernetesVersion } from "./version.ts";

export interface ControlPlaneOptions {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly random: Random;
  /** Its name among the planes over one store, of which one leads; left out: it is alone, and keeps no leases. */
  readonly identity?: string;
  /** How the server is to be; default: as `usualConfiguration` has it. */
  readonly configuration?: ApiServerConfiguration;
  /** Tokens of the components of this cluster. */
  readonly tokens?: ReadonlyMap<string, User>;
  /** Who issues tokens of service accounts; default `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer?: string;
  /** What signs the tokens of service accounts. */
  readonly signingKeys: SigningKeys;
  /** The certificate of the cluster's authority, in PEM, which pods verify the server by; published if given. */
  readonly caCertificate?: string;
  /** With what it says to other servers of the API who asks. */
  readonly frontProxy?: FrontProxy;
  /** Who decides what users may do, in order; default the nodes' own rules, then roles. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** Admission plugins that are off, by name. Rejects the start for names that there are not. */
  readonly withoutPlugins?: readonly string[];
  /** Where services get their addresses from; default 10.96.0.0/16. */
  readonly serviceRange?: string;
  /** Out of which nodes get the ranges of their pods, a /24 each. Left out: they get none. */
  readonly podRange?: string;
  /** Signs the certificates that clients ask for; without it nobody does. */
  readonly certificateAuthority?: CertificateAuthority;
  /** Where pods reach the server. */
  readonly publishedAt?: { readonly address: string; readonly port: number };
  /** Addresses of services lead to them from this machine: webhooks and other servers behind services can be asked. */
  readonly reachesServices?: boolean;
  /** The way to the nodes, for logs and sessions. */
  readonly nodes?: NodeConnections;
  /** `none`: the API server alone, as kube-apiserver runs without the others. Default `all`. */
  readonly controllers?: "all" | "none";
  /** Controllers that do not run though the others do, by name. Rejects the start for names that there are not. */
  readonly without?: readonly string[];
  /** Told of what fails inside and is tried again. */
  readonly onError?: (part: string, error: unknown) => void;
}

/** What leads somewhere beside the groups of the API. */
const plainPaths = [
  ...openIdPaths,
  "/configz",
  "/healthz",
  "/livez",
  "/openapi/v2",
  "/openapi/v3",
  "/readyz",
  "/version",
];

const textOf = (base64: string): string => new TextDecoder().decode(decodeBase64(base64));

/** All but those named. Throws Error for a name that none has. */
function chosen<T extends { readonly name: string }>(
  what: string,
  all: readonly T[],
  without: readonly string[],
): readonly T[] {
  const names = [...new Set(all.map(({ name }) => name))];
  const unknown = without.filter((name) => !names.includes(name));
  if (unknown.length)
    throw new Error(`there is no ${what} ${unknown.join(", ")}; there are ${names.toSorted().join(", ")}`);
  return all.filter(({ name }) => !without.includes(name));
}

const together = (all: readonly Running[]): Running => ({
  stop: async () => void (await Promise.all(all.map((one) => one.stop()))),
});

export class ControlPlane {
  readonly server: ApiServer;
  readonly #options: ControlPlaneOptions;
  readonly #running: Running[] = [];
  /** What is stopped when all else has. */
  readonly #last: Running[] = [];
  readonly #informers: Informers;
  /** The names of those that have asked for a client. */
  readonly #controllers = new Set<string>();

  readonly #queues: QueueMetrics | undefined;
  #metrics: Metrics | undefined;
  readonly #state: { isEnding: boolean };

  private constructor(
    options: ControlPlaneOptions,
    server: ApiServer,
    queues: QueueMetrics | undefined,
    state: { isEnding: boolean },
  ) {
    this.#options = options;
    this.#queues = queues;
    this.#state = state;
    this.server = server;
    const { clock, random } = options;
    const client = this.clientFor("kube-controller-manager");
    this.#informers = new Informers({
      client,
      clock,
      random,
      onError: (error) => options.onError?.("informers", error),
    });
  }

  /** Resolves once the server answers and everything that is always there is there. */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { store, clock, random, serviceRange = "10.96.0.0/16", configuration = usualConfiguration } = options;
    const catalog = new Catalog(options.nodes ? [...builtInKinds, nodeMetrics, podMetrics] : builtInKinds);
    const rbac = new Rbac();
    const graph = new NodeGraph();
    const webhooks = new Webhooks();
    const policies = new Policies();
    await Promise.all([rbac.start(store), graph.start(store), webhooks.start(store), policies.start(store)]);
    const services = options.reachesServices
      ? byServiceAddress(() => server.registry)
      : byEndpoints(() => server.registry);
    const caller = new HttpsWebhookCaller(services);
    const remote = aggregation({ store, catalog, clock, resolve: services, frontProxy: options.frontProxy });
    const accounts = new ServiceAccountTokens({
      issuer: options.issuer ?? "https://kubernetes.default.svc.cluster.local",
      keys: options.signingKeys,
      clock,
      random,
      registry: () => server.registry,
    });
    const login = authentication(configuration, {
      ...{ clock, accounts, registry: () => server.registry },
      known: options.tokens ?? new Map(),
    });
    const authorizer = authorization(options.authorizationModes ?? ["Node", "RBAC"], { rbac, graph });
    const monitor = monitoring(configuration, { store, catalog, clock });
    const { metrics } = monitor;
    const audit =
      configuration.audit &&
      auditing(configuration.audit, { clock, metrics, onFault: (text) => options.onError?.("audit", text) });
    const flow = flowControl(configuration, { store, catalog, clock, metrics });
    // loaded when somebody asks for a certificate: it would be a fifth of what the server alone takes to start
    const subjectOf: SubjectOf = async (request) => {
      const { readRequest } = await during(clock, import("./pki/signing-requests.ts"));
      return readRequest(textOf(request));
    };
    const state = { isStarted: false, isEnding: false };
    const checks = healthChecks({ storeAnswers: async () => void (await store.get("/")), state });
    const server: ApiServer = new ApiServer({
      catalog,
      store,
      clock,
      random,
      authenticators: login.authenticators,
      anonymous: login.anonymous,
      authorizer,
      paths: [
        new Discovery(catalog, remote.discovery),
        remote.openApi(new OpenApi(catalog, clock, loadDescriptions, () => remote.swaggers.current())),
        new Health(checks, monitor.slis),
        ...monitor.paths,
        new Version(kubernetesVersion),
        new Configz(configuration),
        ...flow.paths,
        new OpenId(accounts),
        new IndexPage(catalog, [...plainPaths, ...checks.map(({ name }) => `/healthz/${name}`)]),
      ],
      ...(options.nodes && { sessions: nodeSessions(options.nodes) }),
      flow: flow.control,
      aggregator: remote.aggregator,
      onlookers: { ...monitor.onlookers, auditor: audit?.auditor },
      requestTimeoutMs: configuration.requests.timeout,
      minWatchMs: configuration.requests.minWatchTimeout,
      subresources: {
        ...subresourceHandlers(accounts, options.nodes ?? { to: () => undefined }),
        ...reviewHandlers({ authorizer, rbac, tokens: login.tokens }),
        ...(options.nodes && metricsHandlers(options.nodes)),
      },
      admission: (registry) =>
        chosen(
          "admission plugin",
          defaultPlugins({ registry, authorizer, rbac, subjectOf, catalog, webhooks, caller, policies }),
          options.withoutPlugins ?? [],
        ),
      open: (path) => /^\/(version|healthz|livez|readyz)(\/|$)/.test(path),
    });
    const allocator = new ServiceAllocator({ serviceRange, random });
    const definitions = new Definitions({
      registry: server.registry,
      catalog,
      clock,
      conversion: (definition) =>
        definition.spec.conversion?.strategy === "Webhook"
          ? webhookConversion(definition, caller, random)
          : convertByName,
      onError: (name, error) => options.onError?.(`definition ${name}`, error),
    });
    await Promise.all([allocator.load(store), definitions.start()]);
    server.registry.allocators.set("services", allocator);
    const plane = new ControlPlane(options, server, monitor.queues, state);
    plane.#metrics = metrics;
    plane.#running.push(
      { stop: async () => login.stop() },
      {
        stop: async () => {
          definitions.stop();
          webhooks.stop();
          policies.stop();
          caller.close();
        },
      },
    );
    if (audit) plane.#last.push(audit);
    const client = plane.clientFor("kube-apiserver");
    await bootstrapNamespaces(client);
    // together: a store on disk then writes all of it at once
    await Promise.all([
      bootstrapPriorityClasses(client),
      bootstrapRoles(client),
      bootstrapObjects(client, {
        ...{ catalog, clock, serviceRange },
        ...{ caCertificate: options.caCertificate, frontProxyCa: options.frontProxy?.authority },
      }),
      options.publishedAt && publishApi(client, allocator.apiAddress, options.publishedAt),
    ]);
    plane.#running.push(
      await remote.start(server.registry, client, (name, error) => options.onError?.(`API service ${name}`, error)),
    );
    plane.#running.push(await flow.start(client, (name, error) => options.onError?.(`flow schema ${name}`, error)));
    state.isStarted = true;
    if (options.controllers === "none") return plane;
    const facts: ClusterFacts = {
      catalog,
      caCertificate: options.caCertificate,
      podRange: options.podRange,
      certificateAuthority: options.certificateAuthority,
      mayCreateRequest: async ({ spec }, subresource) => {
        const { allowed } = await server.authorizer.authorize({
          user: {
            name: spec.username ?? "",
            groups: [...(spec.groups ?? [])],
            ...(spec.uid && { uid: spec.uid }),
          },
          verb: "create",
          isResource: true,
          group: "certificates.k8s.io",
          version: "*",
          resource: "certificatesigningrequests",
          subresource,
          namespace: "",
          name: "",
          path: "",
        });
        return allowed;
      },
      signSecretToken: (account, secret) => accounts.signForSecret(account as KubeObject, secret as KubeObject),
    };
    try {
      await plane.#startControllers(facts);
      return plane;
    } catch (error) {
      await plane.stop().catch(() => {}); // nothing goes on of what did not start
      throw error;
    }
  }

  /** A client for a part of the cluster that lives in this process. */
  clientFor(component: string): Client {
    return new LocalClient(this.server, { user: partUser(component), manager: component });
  }

  /** A client for the kubelet of a node, who may do what concerns that node. */
  clientForNode(name: string): Client {
    return new LocalClient(this.server, { user: nodeUser(name), manager: "kubelet" });
  }

  /** All controllers write as parts of one program: its name stands in the managed fields. */
  #controllerClient(name: string): Client {
    this.#controllers.add(name);
    return new LocalClient(this.server, { user: controllerUser(name), manager: "kube-controller-manager" });
  }

  /** Caches for a part of the cluster that lives in this process; it starts and stops them. */
  informersFor(component: string): Informers {
    const { clock, random, onError } = this.#options;
    const client = this.clientFor(component);
    return new Informers({ client, clock, random, onError: (error) => onError?.(`informers ${component}`, error) });
  }

  /** From now on it says that it is not ready, so that nobody sends more; it answers as before. */
  announceEnd(): void {
    this.#state.isEnding = true;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((part) => part.stop()));
    this.#informers.stop();
    await Promise.all(this.#last.map((part) => part.stop()));
  }

  /** Started at once, or, where the plane has a name among others, when it leads. */
  #led(name: string, start: () => Promise<Running>): Promise<Running> {
    const { clock, identity, onError } = this.#options;
    if (identity === undefined) return start();
    const client = this.clientFor(name);
    return runAsLeader({ client, clock, name, identity, start, onError: (error) => onError?.(name, error) });
  }

  async #startControllers(facts: ClusterFacts): Promise<void> {
    const { clock, random, onError } = this.#options;
    const environment: Environment = {
      clientFor: (name) => this.#controllerClient(name),
      informers: this.#informers,
      clock,
      random,
      ...(this.#queues && { queues: this.#queues }),
      onError: (controller, key, error) => onError?.(`${controller} ${key}`, error),
    };
    const controllers = async (): Promise<Running> => {
      const all = chosen(
        "controller",
        [...workloadControllers(), ...clusterControllers(facts)],
        this.#options.without ?? [],
      );
      const controlling = all.map((controller: Controller) => runController(controller, environment));
      return together(await Promise.all([...controlling, ...parts(facts).map((part) => part.start(environment))]));
    };
    const scheduler = (): Promise<Running> =>
      runScheduler({
        client: this.clientFor("kube-scheduler"),
        informers: this.#informers,
        clock,
        random,
        metrics: this.#queues && this.#metrics,
        onError: (what, error) => onError?.(`scheduler ${what}`, error),
      });
    this.#running.push(
      ...(await Promise.all([
        this.#led("kube-controller-manager", controllers),
        this.#led("kube-scheduler", scheduler),
      ])),
    );
    await bootstrapAccounts(this.clientFor("kube-controller-manager"), this.#controllers);
  }
}
