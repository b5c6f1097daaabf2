/** More of what the notes practise, with the real kubectl, on either runtime: pods from inside, states, workloads, jobs. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RuntimeName } from "../../src/cluster/files/cluster-directory.ts";
import { TestCluster } from "./cluster.ts";

const lines = (text: string): string[] => text.split("\n").filter(Boolean);
const busybox = "busybox:1.36";

/** A pod of one busybox container that runs a script; `more` goes into its spec. */
const pod = (name: string, script: string, more: Record<string, unknown> = {}, container: object = {}): string =>
  JSON.stringify({
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } } },
    spec: { containers: [{ name: "main", image: busybox, command: ["sh", "-c", script], ...container }], ...more },
  });

export function practice(runtime: RuntimeName): void {
  describe(`practice, on ${runtime === "containerd" ? "real containers" : "simulated nodes"}`, () => {
    const cluster = new TestCluster(`prac${runtime[0]}${process.pid}`);
    before(async () => {
      await cluster.up(runtime, "--workers", "3");
      // its first minute passes while other things are tried
      await cluster.ok("kubectl create cronjob hello --image=busybox:1.36 --schedule='* * * * *' -- echo hello");
    });
    after(() => cluster.down());

    const apply = (text: string) => cluster.ok("kubectl apply -f -", text);
    const field = (what: string, path: string) => cluster.ok(`kubectl get ${what} -o jsonpath='{${path}}'`);
    const fieldIs = (what: string, path: string, value: string) =>
      cluster.until(`kubectl get ${what} -o jsonpath='{${path}}'`, (out) => out === value);
    const ready = (name: string) => cluster.ok(`kubectl wait --for=condition=Ready pod/${name} --timeout=60s`);
    const status = (name: string, word: string) =>
      cluster.until(`kubectl get pod ${name} --no-headers`, (out) => out.includes(` ${word} `));
    const events = (name: string) =>
      cluster.ok(`kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{.items[*].message}'`);

    test("N6: containers of a pod share network and volumes, not their file systems", async () => {
      await apply(
        JSON.stringify({
          ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "two" } },
          spec: {
            containers: [
              {
                ...{ name: "a", image: "nginx:1.27.2" },
                volumeMounts: [{ name: "shared", mountPath: "/shared" }],
              },
              {
                ...{ name: "b", image: busybox, command: ["sh", "-c", "echo from b > /shared/file; sleep 1000"] },
                volumeMounts: [{ name: "shared", mountPath: "/shared" }],
              },
            ],
            volumes: [{ name: "shared", emptyDir: {} }],
          },
        }),
      );
      await ready("two");
      assert.match(await cluster.ok("kubectl get pod two --no-headers"), /^two +2\/2 +Running/);
      assert.match(await cluster.ok("kubectl exec two -c b -- wget -qO- http://localhost"), /nginx 1\.27\.2/);
      assert.equal(await cluster.ok("kubectl exec two -c a -- cat /shared/file"), "from b\n");
      await cluster.ok("kubectl exec two -c b -- touch /tmp/only-b");
      assert.notEqual((await cluster.kubectl("exec", "two", "-c", "a", "--", "ls", "/tmp/only-b")).code, 0);
      await cluster.ok("kubectl delete pod two --now");
    });

    test("N7: probes decide about restarts and traffic", async () => {
      const probe = (command: string) => ({ exec: { command: ["sh", "-c", command] }, periodSeconds: 1 });
      await apply(
        pod(
          "alive",
          "touch /tmp/ok; sleep 3; rm /tmp/ok; sleep 1000",
          { terminationGracePeriodSeconds: 1 },
          {
            livenessProbe: { ...probe("test -e /tmp/ok"), failureThreshold: 1 },
          },
        ),
      );
      await apply(pod("unready", "sleep 1000", {}, { readinessProbe: probe("test -e /tmp/ready") }));
      await cluster.ok("kubectl expose pod unready --port=80");
      await cluster.until("kubectl get pod unready --no-headers", (out) => / 0\/1 +Running /.test(out));
      const addresses =
        "kubectl get endpointslices -l kubernetes.io/service-name=unready -o jsonpath='{.items[*].endpoints[*].conditions.ready}'";
      await cluster.until(addresses, (out) => out === "false");
      await cluster.ok("kubectl exec unready -- touch /tmp/ready");
      await cluster.until(addresses, (out) => out === "true");
      await cluster.until(
        "kubectl get pod alive -o jsonpath='{.status.containerStatuses[0].restartCount}'",
        (out) => Number(out) > 0,
      );
      assert.match(
        await events("alive"),
        /Liveness probe failed: .*Container main failed liveness probe, will be restarted/s,
      );
      await cluster.ok("kubectl delete pod alive unready --now; kubectl delete service unready");
    });

    test("N7: what fits nowhere waits, and says why; labels and annotations", async () => {
      await apply(pod("huge", "true", {}, { resources: { requests: { cpu: "1000" } } }));
      await cluster.until(
        "kubectl get events --field-selector involvedObject.name=huge -o jsonpath='{.items[*].message}'",
        (out) => /0\/4 nodes are available: 1 node\(s\) had untolerated taint\(s\), 3 Insufficient cpu\./.test(out),
      );
      assert.match(await cluster.ok("kubectl get pod huge --no-headers"), /^huge +0\/1 +Pending +0 /);
      await cluster.ok("kubectl label pod huge tier=back && kubectl annotate pod huge note='grüße → ✓'");
      assert.equal(await cluster.ok("kubectl get pods -l tier=back -o name"), "pod/huge\n");
      assert.equal(await field("pod huge", ".metadata.annotations.note"), "grüße → ✓");
      await cluster.ok("kubectl delete pod huge --now");
    });

    test("N10: a replica set keeps its count, and not its pods up to date", async () => {
      await apply(
        JSON.stringify({
          ...{ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "rs" } },
          spec: {
            ...{ replicas: 3, selector: { matchLabels: { app: "rs" } } },
            template: {
              metadata: { labels: { app: "rs" } },
              spec: { containers: [{ name: "nginx", image: "nginx:1.27.2" }] },
            },
          },
        }),
      );
      await fieldIs("rs rs", ".status.readyReplicas", "3");
      const names = lines(
        await cluster.ok("kubectl get pods -l app=rs -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'"),
      );
      for (const name of names) assert.match(name, /^rs-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      const [first = "", second = ""] = names;
      await cluster.ok(`kubectl label pod ${first} app-`);
      await cluster.until(
        "kubectl get pods -l app=rs -o name",
        (out) => lines(out).length === 3 && !out.includes(first),
      );
      assert.equal(await field(`pod ${first}`, ".metadata.ownerReferences"), "");
      await cluster.ok("kubectl set image rs/rs nginx=nginx:1.27.3");
      assert.equal(await field(`pod ${second}`, ".spec.containers[0].image"), "nginx:1.27.2");
      await cluster.ok(`kubectl delete pod ${second} --now`);
      await cluster.until("kubectl get pods -l app=rs -o jsonpath='{.items[*].spec.containers[0].image}'", (out) =>
        out.split(" ").includes("nginx:1.27.3"),
      );
      await cluster.ok("kubectl scale rs/rs --replicas=1");
      await fieldIs("rs rs", ".status.replicas", "1");
      const undo = await cluster.kubectl("rollout", "undo", "rs/rs");
      assert.match(undo.err, /no rollbacker has been implemented for "ReplicaSet\.apps"/);
      await cluster.ok(`kubectl delete rs rs && kubectl delete pod ${first} --now`);
    });

    test("N11: pause, resume, restart, recreate; owners; what apply and diff say", async () => {
      const deployment = (image: string, strategy = "") =>
        `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 2
${strategy}  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: nginx, image: "${image}" }] }
`;
      const rolledOut = () => cluster.ok("kubectl rollout status deploy/shop --timeout=60s");
      await apply(deployment("nginx:1.27.2"));
      await rolledOut();
      assert.equal(await apply(deployment("nginx:1.27.2")), "deployment.apps/shop unchanged\n");
      const diff = await cluster.shell("kubectl diff -f -", deployment("nginx:1.27.3"));
      assert.equal(diff.code, 1);
      assert.match(diff.out, /\+ +- image: nginx:1\.27\.3/);
      await cluster.ok("kubectl rollout pause deploy/shop");
      assert.equal(await apply(deployment("nginx:1.27.3")), "deployment.apps/shop configured\n");
      assert.equal(lines(await cluster.ok("kubectl get rs -l app=shop -o name")).length, 1);
      await cluster.ok("kubectl rollout resume deploy/shop");
      await rolledOut();
      const [set = ""] = lines(
        await cluster.ok(
          "kubectl get rs -l app=shop -o jsonpath='{range .items[?(@.spec.replicas>0)]}{.metadata.name}{\"\\n\"}{end}'",
        ),
      );
      assert.match(set, /^shop-[4-9bcdf]{1,10}$/);
      assert.equal(await field(`rs ${set}`, ".metadata.ownerReferences[0].kind"), "Deployment");
      await cluster.ok("kubectl rollout restart deploy/shop");
      await rolledOut();
      await cluster.ok("kubectl rollout undo deploy/shop --to-revision=1");
      await rolledOut();
      assert.equal(await field("deploy shop", "..image"), "nginx:1.27.2");
      assert.match(await apply(deployment("nginx:1.27.3", "  strategy: { type: Recreate }\n")), /configured/);
      await rolledOut();
      const said = await cluster.ok("kubectl describe deploy shop");
      assert.match(said, /StrategyType: +Recreate/);
      assert.match(said, /ScalingReplicaSet +\S+ +deployment-controller/);
      await cluster.ok("kubectl delete deploy shop --cascade=orphan");
      assert.ok(lines(await cluster.ok("kubectl get pods -l app=shop -o name")).length >= 2);
      await cluster.ok("kubectl delete rs -l app=shop");
      await cluster.until("kubectl get pods -l app=shop -o name", (out) => out === "");
    });

    test("N13: a daemon set is narrowed by a selector, widened by a toleration, and left alone by a drain", async () => {
      await apply(
        JSON.stringify({
          ...{ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "agent" } },
          spec: {
            selector: { matchLabels: { app: "agent" } },
            template: {
              metadata: { labels: { app: "agent" } },
              spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "nginx", image: "nginx:1.27.2" }] },
            },
          },
        }),
      );
      const count = (n: number) => fieldIs("ds agent", ".status.numberReady", String(n));
      await count(3);
      const patch = (spec: object) =>
        cluster.ok(`kubectl patch ds agent --type=merge -p '${JSON.stringify({ spec: { template: { spec } } })}'`);
      await patch({ tolerations: [{ operator: "Exists" }] });
      await count(4);
      await cluster.ok(`kubectl label node ${cluster.name}-worker2 disk=ssd`);
      await patch({ nodeSelector: { disk: "ssd" } });
      await count(1);
      await fieldIs("ds agent", ".status.desiredNumberScheduled", "1");
      const refused = await cluster.kubectl("drain", `${cluster.name}-worker2`);
      assert.match(refused.err, /cannot delete DaemonSet-managed Pods/);
      await cluster.ok(
        `kubectl drain ${cluster.name}-worker2 --ignore-daemonsets --delete-emptydir-data --force --timeout=90s`,
      );
      assert.match(
        await cluster.ok(`kubectl get node ${cluster.name}-worker2 --no-headers`),
        /Ready,SchedulingDisabled/,
      );
      await count(1);
      await cluster.ok(`kubectl uncordon ${cluster.name}-worker2; kubectl delete ds agent`);
    });

    test("N14: the states of containers", async () => {
      await apply(
        pod(
          "nokey",
          "true",
          {},
          { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "absent", key: "a" } } }] },
        ),
      );
      await apply(pod("badname", "true", {}, { image: "Not A Name" }));
      await apply(
        pod("init", "sleep 1000", { initContainers: [{ name: "first", image: busybox, command: ["sleep", "1000"] }] }),
      );
      await apply(pod("wrong", "true", {}, { command: ["no-such-program"] }));
      await apply(pod("fails", "exit 3", { restartPolicy: "Never" }));
      await status("nokey", "CreateContainerConfigError");
      await status("badname", "InvalidImageName");
      await status("init", "Init:0/1");
      await status("fails", "Error");
      await cluster.until("kubectl get pod wrong --no-headers", (out) =>
        / (RunContainerError|CrashLoopBackOff|StartError) /.test(out),
      );
      assert.equal(await field("pod fails", ".status.containerStatuses[0].state.terminated.exitCode"), "3");
      assert.match(await events("nokey"), /Error: configmap "absent" not found/);
      await cluster.ok("kubectl delete pod init --wait=false");
      await status("init", "Terminating");
      await cluster.ok("kubectl delete pod nokey badname init wrong fails --now");
    });

    test("N14: nginx ends quickly when it is deleted; a shell is given its time, and no more", async () => {
      await cluster.ok("kubectl run quick --image=nginx:1.27.2");
      await apply(pod("slow", "sleep 1000", { terminationGracePeriodSeconds: 3 }));
      await ready("quick");
      await ready("slow");
      await cluster.ok("kubectl delete pod quick --timeout=20s");
      await cluster.ok("kubectl delete pod slow --wait=false");
      assert.match(await cluster.ok("kubectl get pod slow --no-headers"), / Terminating /);
      await cluster.ok("kubectl wait --for=delete pod/slow --timeout=20s");
    });

    const job = (name: string, script: string, spec: object, policy = "Never"): string =>
      JSON.stringify({
        ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name } },
        spec: {
          ...spec,
          template: {
            spec: {
              restartPolicy: policy,
              containers: [{ name: "main", image: busybox, command: ["sh", "-c", script] }],
            },
          },
        },
      });

    test("N15: jobs that fail, count, take too long, and go by themselves", async () => {
      await apply(job("fails", "exit 1", { backoffLimit: 1 }));
      await apply(
        job("many", "echo $JOB_COMPLETION_INDEX", { completions: 4, parallelism: 2, completionMode: "Indexed" }),
      );
      await apply(job("late", "sleep 1000", { activeDeadlineSeconds: 2 }));
      await apply(job("gone", "true", { ttlSecondsAfterFinished: 1 }));
      const refused = await cluster.shell("kubectl apply -f -", job("always", "true", {}, "Always"));
      assert.match(refused.err, /restartPolicy: Required value: valid values: "OnFailure", "Never"/);
      const condition = (type: string) => `.status.conditions[?(@.type=="${type}")].reason`;
      const reason = (name: string, type: string, value: string) =>
        cluster.until(`kubectl get job ${name} -o jsonpath='{${condition(type)}}'`, (out) => out === value, 60_000);
      await reason("many", "Complete", "CompletionsReached");
      assert.equal(await field("job many", ".status.completedIndexes"), "0-3");
      const logs = lines(await cluster.ok("kubectl logs -l job-name=many --tail=-1"));
      assert.deepEqual(logs.sort(), ["0", "1", "2", "3"]);
      await reason("late", "Failed", "DeadlineExceeded");
      await reason("fails", "Failed", "BackoffLimitExceeded");
      assert.equal(lines(await cluster.ok("kubectl get pods -l job-name=fails --no-headers")).length, 2);
      await cluster.until("kubectl get job gone -o name --ignore-not-found", (out) => out === "");
      await cluster.ok("kubectl delete job fails many late");
    });

    test("N19: a cron job makes jobs, and keeps the newest", async () => {
      await cluster.until("kubectl get jobs -o name", (out) => /job\.batch\/hello-\d{8}\n/.test(out), 75_000);
      await cluster.until("kubectl get cronjob hello --no-headers", (out) =>
        /^hello +\* \* \* \* \* +<none> +False +[01] +\d+s/.test(out),
      );
      await cluster.ok('kubectl patch cronjob hello -p \'{"spec":{"suspend":true}}\'');
      await cluster.ok("kubectl delete cronjob hello");
      await cluster.until("kubectl get jobs -o name", (out) => !out.includes("hello"));
    });

    test("N3: workers come by the dozen; without any, the control plane takes the pods", async () => {
      const alone = new TestCluster(`alone${runtime[0]}${process.pid}`);
      try {
        await alone.up(runtime, "--workers", "0");
        await alone.ok("kubectl run p --image=nginx:1.27.2 && kubectl wait --for=condition=Ready pod/p --timeout=60s");
        assert.equal(await alone.ok("kubectl get pod p -o jsonpath='{.spec.nodeName}'"), `${alone.name}-control-plane`);
        assert.match(await cluster.ok("kubectl get nodes --no-headers"), new RegExp(`^${cluster.name}-`));
      } finally {
        await alone.down();
      }
    });
  });
}
