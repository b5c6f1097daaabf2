import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "../index.ts";

const pod = (name: string, image: string, more: object = {}): object => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } } },
  spec: { containers: [{ name: "main", image, ...more }], restartPolicy: "Never" },
});

test("an application is played by functions: they listen, ask, read their settings, and end when they are asked", async () => {
  await using cluster = await Cluster.start({ workers: 2, clock: "virtual" });
  const said: string[] = [];
  cluster.image("shop:1.4", async (app) => {
    app.listen(8080, ({ path }) => ({
      status: 200,
      body: `${app.env.GREETING} at ${path} of ${app.read("/etc/shop/name")}`,
    }));
    app.log("open");
    await app.sleep(3_600_000);
    said.push("closed");
  });
  cluster.image("example.com/visitor:1", async (app) => {
    const { status, body } = await app.ask(`http://shop.default.svc:8080/${app.args[0]}`);
    said.push(`${status} ${body}`);
    return 3;
  });
  await cluster.apply([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop" }, data: { name: "hats" } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop" },
      spec: { selector: { app: "shop" }, ports: [{ port: 8080 }] },
    },
    {
      ...pod("shop", "shop:1.4"),
      spec: {
        containers: [
          {
            ...{ name: "main", image: "shop:1.4", env: [{ name: "GREETING", value: "hello" }] },
            volumeMounts: [{ name: "settings", mountPath: "/etc/shop" }],
            readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
          },
        ],
        volumes: [{ name: "settings", configMap: { name: "shop" } }],
      },
    },
  ]);
  await cluster.waitFor("pod/shop", ({ status }) =>
    (status.conditions ?? []).some((c) => c.type === "Ready" && c.status === "True"),
  );
  await cluster.apply(pod("visitor", "example.com/visitor:1", { args: ["door"] }));
  const visitor = await cluster.waitFor("pod/visitor", ({ status }) => status.phase === "Failed");
  assert.equal(visitor.status.containerStatuses?.[0]?.state?.terminated?.exitCode, 3);
  assert.deepEqual(said, ["200 hello at /door of hats"]);
  await cluster.delete("pod/shop");
  await cluster.waitForGone("pod/shop", { timeout: "10s" });
  assert.deepEqual(said.slice(1), ["closed"]);
});

test("one that throws ends with 1, and says why in its log; one that takes all memory is killed", async () => {
  await using cluster = await Cluster.start({ clock: "virtual" });
  cluster.image("broken:1", () => {
    throw new Error("no database");
  });
  cluster.image("greedy:1", (app) => app.exhaustMemory());
  await cluster.apply([
    pod("broken", "broken:1"),
    pod("greedy", "greedy:1", { resources: { limits: { memory: "64Mi" } } }),
    pod("none", "broken:2"),
  ]);
  const reasonOf = async (name: string): Promise<unknown[]> => {
    const { status } = await cluster.waitFor(`pod/${name}` as "pod/x", ({ status: { phase } }) => phase === "Failed");
    const ended = status.containerStatuses?.[0]?.state.terminated;
    return [ended?.reason, ended?.exitCode];
  };
  assert.deepEqual(await reasonOf("broken"), ["Error", 1]);
  assert.deepEqual(await reasonOf("greedy"), ["OOMKilled", 137]);
  const none = await cluster.waitFor(
    "pod/none",
    ({ status }) => status.containerStatuses?.[0]?.state?.waiting?.reason === "ImagePullBackOff",
  );
  assert.match(none.status.containerStatuses?.[0]?.state?.waiting?.message ?? "", /broken:2/);
});
