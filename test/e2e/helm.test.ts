/** The real Helm 4 over simulated nodes: a chart with hooks, definitions, a chart within it and lookups lives its whole life. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { writeChart } from "./charts.ts";
import { TestCluster } from "./cluster.ts";

describe("Helm", () => {
  const cluster = new TestCluster(`helm${process.pid}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-charts-"));
  const [chart, broken] = [path.join(folder, "shop"), path.join(folder, "broken")];
  before(async () => {
    writeChart(chart);
    writeChart(broken, "exit 3");
    await cluster.up("simulated", "--workers", "1");
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cluster.down();
  });

  const helm = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await cluster.helm(...words);
    assert.equal(code, 0, `helm ${words.join(" ")}: ${out}${err}`);
    return out;
  };
  const field = (what: string, path: string): Promise<string> =>
    cluster.ok(`kubectl get ${what} -o jsonpath='{${path}}'`);

  test("installs a chart, its hooks in order, its definitions first", async () => {
    await helm("install", "one", chart, "--wait", "--timeout", "60s");
    assert.equal(await field("deployment one-web", ".status.availableReplicas"), "1");
    assert.equal(await field("widget one", ".spec.size"), "small");
    assert.equal(await field("cm one-store", ".data.text"), "usual");
    for (const job of ["before", "after"]) assert.equal(await field(`job one-${job}`, ".status.succeeded"), "1");
    assert.equal(await field("secret one-key", ".data.found"), "");
    assert.match(await helm("status", "one"), /STATUS: deployed/);
  });

  test("refuses what the server does, and what the chart's schema does", async () => {
    const widget = await cluster.helm("upgrade", "one", chart, "--set", "size=huge");
    assert.notEqual(widget.code, 0);
    assert.match(widget.err, /Unsupported value: "huge"/);
    const schema = await cluster.helm("upgrade", "one", chart, "--set", "replicas=-1");
    assert.match(schema.err, /replicas/);
  });

  test("upgrades it, and finds what it had made", async () => {
    const key = await field("secret one-key", ".data.key");
    await helm("upgrade", "one", chart, "--set", "replicas=3,size=large,store.text=new", "--wait", "--timeout", "60s");
    assert.equal(await field("deployment one-web", ".status.availableReplicas"), "3");
    assert.equal(await field("widget one", ".spec.size"), "large");
    assert.equal(await field("cm one-store", ".data.text"), "new");
    assert.deepEqual(
      [await field("secret one-key", ".data.key"), await field("secret one-key", ".data.found")],
      [key, "eWVz"],
    );
  }); // prettier-ignore

  test("runs its test", async () => {
    assert.match(await helm("test", "one", "--timeout", "60s"), /Phase: +Succeeded/);
  });

  test("an upgrade whose hook fails is rolled back", async () => {
    const { code } = await cluster.helm(
      "upgrade",
      "one",
      broken,
      "--set",
      "replicas=5",
      "--rollback-on-failure",
      "--timeout",
      "60s",
    );
    assert.notEqual(code, 0);
    assert.equal(await field("deployment one-web", ".spec.replicas"), "3");
    assert.match(await helm("status", "one"), /STATUS: deployed/);
  }); // prettier-ignore

  test("goes back to what it was at first", async () => {
    await helm("rollback", "one", "1", "--wait", "--timeout", "60s");
    assert.equal(await field("deployment one-web", ".spec.replicas"), "1");
    assert.equal(await field("widget one", ".spec.size"), "small");
    assert.match(await helm("history", "one"), /Rollback to 1/);
  });

  test("leaves out the chart within, takes over nothing of another's", async () => {
    await helm("install", "two", chart, "--set", "store.enabled=false,replicas=0");
    assert.notEqual((await cluster.kubectl("get", "cm", "two-store")).code, 0);
    const taken = await cluster.helm("install", "one", chart);
    assert.match(taken.err, /cannot reuse a name that is still in use/);
    assert.deepEqual((await helm("list", "-q")).trim().split("\n"), ["one", "two"]);
  });

  test("uninstalls it, all but the definitions", async () => {
    await helm("uninstall", "one", "--wait", "--timeout", "60s");
    await helm("uninstall", "two");
    assert.equal(await field("job one-last", ".status.succeeded"), "1");
    const left = await cluster.ok("kubectl get deployments,services,widgets,secrets,cm -o name");
    assert.doesNotMatch(left, /one|two/);
    assert.equal(await field("crd widgets.shop.test", ".metadata.name"), "widgets.shop.test");
  });
});
