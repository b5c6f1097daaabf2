/** What the controllers that keep a cluster going do for a client: accounts, tokens, endpoints, garbage, namespaces, quotas. */
import assert from "node:assert/strict";
import test from "node:test";
import { ApiError } from "../../src/api/errors.ts";
import {
  type ConfigMap,
  configMaps,
  endpointSlices,
  type Namespace,
  namespaces,
  pods,
  resourceQuotas,
  type Service,
  secrets,
  serviceAccounts,
  services,
} from "../../src/client/kinds.ts";
import { Cluster } from "./cluster.ts";

const namespace = "default";
const text = (base64: string | undefined): string => Buffer.from(base64 ?? "", "base64").toString();
const names = (items: readonly { readonly metadata: { readonly name?: string | undefined } }[]): string =>
  items
    .map(({ metadata }) => metadata.name)
    .sort()
    .join(" ");

test("a namespace is given an account and the authority's certificate, which come back", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  const account = { namespace, name: "default" };
  const certificate = { namespace, name: "kube-root-ca.crt" };
  await cluster.settle();
  await cluster.client.delete(serviceAccounts, account);
  await cluster.client.patch(configMaps, certificate, { data: { "ca.crt": "mine", more: "x" } });
  await cluster.settle();
  assert.equal((await cluster.client.get(serviceAccounts, account)).metadata.name, "default");
  const { data } = await cluster.client.get(configMaps, certificate);
  assert.deepEqual(data, { "ca.crt": "the certificate of the authority" });
});

test("a token secret is filled, its token is the account's, and it goes with the account", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  const metadata = { namespace, name: "s", annotations: { "kubernetes.io/service-account.name": "a" } };
  await cluster.client.create(serviceAccounts, { metadata: { namespace, name: "a" } });
  await cluster.client.create(secrets, { metadata, type: "kubernetes.io/service-account-token" });
  const secret = () => cluster.client.get(secrets, { namespace, name: "s" });
  await cluster.until(async () => Boolean((await secret()).data?.token));
  const { data } = await secret();
  assert.equal(text(data?.["ca.crt"]), "the certificate of the authority");
  assert.equal(text(data?.namespace), namespace);
  assert.equal(await cluster.statusWith(text(data?.token)), 403, "known, but allowed nothing");
  await cluster.client.delete(serviceAccounts, { namespace, name: "a" });
  await cluster.settle();
  assert.equal(await cluster.statusWith(text(data?.token)), 401);
  assert.equal(names((await cluster.client.list(secrets, { namespace })).items), "");
});

test("a service leads to its pods, those that are not ready aside", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  await cluster.addNode("n");
  for (const [i, name] of ["a", "b"].entries()) {
    await cluster.addPod(name, "n", { web: "yes" });
    const status = { podIP: `10.244.0.${i + 1}`, podIPs: [{ ip: `10.244.0.${i + 1}` }] };
    await cluster.client.patch(pods, { namespace, name }, { status }, { subresource: "status" });
  }
  await cluster.client.patch(
    pods,
    { namespace, name: "b" },
    { status: { conditions: [{ type: "Ready", status: "False" }] } },
    { subresource: "status" },
  );
  const spec = { selector: { web: "yes" }, ports: [{ port: 80 }] };
  await cluster.client.create(services, { metadata: { namespace, name: "s" }, spec, status: {} } as unknown as Service);
  await cluster.settle();
  const seen = async (): Promise<unknown> => {
    const { items } = await cluster.client.list(endpointSlices, { namespace });
    const own = items.filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === "s");
    return own.flatMap(({ endpoints }) => endpoints ?? []).map((e) => `${e.targetRef?.name} ${e.conditions.ready}`);
  };
  assert.deepEqual(await seen(), ["a true", "b false"]);
  await cluster.client.patch(pods, { namespace, name: "a" }, { metadata: { labels: { web: null } } });
  await cluster.settle();
  assert.deepEqual(await seen(), ["b false"]);
});

const deletions = [
  { policy: "Background", finalizers: undefined, left: "" },
  { policy: "Orphan", finalizers: undefined, left: "child grandchild" },
  { policy: "Foreground", finalizers: ["example.com/hold"], left: "child grandchild owner" },
] as const;
for (const { policy, finalizers, left } of deletions) {
  test(`deleted with ${policy}, an owner ${left ? `leaves ${left}` : "takes all with it"}`, async (t) => {
    const cluster = await Cluster.start();
    t.after(() => cluster.stop());
    const create = async (name: string, owner?: ConfigMap): Promise<ConfigMap> => {
      const { name: ownerName = "", uid = "" } = owner?.metadata ?? {};
      const reference = { apiVersion: "v1", kind: "ConfigMap", name: ownerName, uid, blockOwnerDeletion: true };
      const held = name === "grandchild" && finalizers ? { finalizers } : {};
      return cluster.client.create(configMaps, {
        metadata: { namespace, name, ...(owner && { ownerReferences: [reference] }), ...held },
      });
    };
    await create("grandchild", await create("child", await create("owner")));
    await cluster.client.delete(configMaps, { namespace, name: "owner" }, { propagationPolicy: policy });
    await cluster.settle();
    const { items } = await cluster.client.list(configMaps, {
      namespace,
      fieldSelector: "metadata.name!=kube-root-ca.crt",
    });
    assert.equal(names(items), left);
    if (!finalizers) return;
    const patch = { metadata: { finalizers: null } };
    await cluster.client.patch(configMaps, { namespace, name: "grandchild" }, patch);
    await cluster.settle();
    const after = await cluster.client.list(configMaps, {
      namespace,
      fieldSelector: "metadata.name!=kube-root-ca.crt",
    });
    assert.equal(names(after.items), "", "nothing held it up any more");
  });
}

test("an object whose owner never was is removed; objects of other kinds are let be", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  const ownerReferences = [{ apiVersion: "v1", kind: "Secret", name: "never", uid: "never" }];
  await cluster.client.create(configMaps, { metadata: { namespace, name: "a", ownerReferences } });
  const unknown = [{ apiVersion: "example.com/v1", kind: "Thing", name: "t", uid: "t" }];
  await cluster.client.create(configMaps, { metadata: { namespace, name: "b", ownerReferences: unknown } });
  await cluster.settle();
  assert.equal(names((await cluster.client.list(configMaps, { namespace })).items), "b kube-root-ca.crt");
});

test("a namespace ends once nothing is left in it", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  await cluster.client.create(namespaces, { metadata: { name: "n" } } as unknown as Namespace);
  const held = { namespace: "n", name: "held", finalizers: ["example.com/hold"] };
  await cluster.client.create(configMaps, { metadata: held });
  await cluster.client.delete(namespaces, { name: "n" });
  await cluster.settle();
  const { status } = await cluster.client.get(namespaces, { name: "n" });
  const told = status?.conditions?.filter((c) => c.status === "True").map(({ message }) => message);
  assert.deepEqual(told, [
    "Some resources are remaining: configmaps. has 1 resource instances",
    "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
  ]);
  await cluster.client.patch(configMaps, { namespace: "n", name: "held" }, { metadata: { finalizers: null } });
  await cluster.pass(10);
  await assert.rejects(
    cluster.client.get(namespaces, { name: "n" }),
    (error) => error instanceof ApiError && error.reason === "NotFound",
  );
});

test("a quota counts what was there before it, and what goes", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  await cluster.addNode("n");
  for (const name of ["a", "b"]) await cluster.addPod(name, "n");
  const hard = { pods: "5", "count/configmaps": "9" };
  await cluster.client.create(resourceQuotas, { metadata: { namespace, name: "q" }, spec: { hard }, status: {} });
  await cluster.settle();
  const used = async (): Promise<unknown> =>
    (await cluster.client.get(resourceQuotas, { namespace, name: "q" })).status?.used;
  assert.deepEqual(await used(), { pods: "2", "count/configmaps": "1" });
  await cluster.client.delete(pods, { namespace, name: "a" }, { gracePeriodSeconds: 0 });
  await cluster.settle();
  assert.deepEqual(await used(), { pods: "1", "count/configmaps": "1" });
});

test("a quota's status that somebody else wrote is put right when all are counted again", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  const at = { namespace, name: "q" };
  await cluster.client.create(resourceQuotas, { metadata: at, spec: { hard: { pods: "5" } }, status: {} });
  await cluster.settle();
  await cluster.client.patch(resourceQuotas, at, { status: { hard: { pods: "7" } } }, { subresource: "status" });
  await cluster.settle();
  const hard = async (): Promise<unknown> => (await cluster.client.get(resourceQuotas, at)).status?.hard;
  assert.deepEqual(await hard(), { pods: "7" });
  await cluster.pass(310);
  assert.deepEqual(await hard(), { pods: "5" });
});
