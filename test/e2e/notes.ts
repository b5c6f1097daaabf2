/** What the notes say, done with the real kubectl: one cluster of a control plane and three workers, of either runtime. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RuntimeName } from "../../src/cluster/files/cluster-directory.ts";
import { traces } from "../containers/traces.ts";
import { TestCluster } from "./cluster.ts";

const lines = (text: string): string[] => text.split("\n").filter(Boolean);

export function notes(runtime: RuntimeName): void {
  const isReal = runtime === "containerd";
  describe(`the notes, on ${isReal ? "real containers" : "simulated nodes"}`, () => {
    const untouched = traces();
    const cluster = new TestCluster(`e2e${runtime[0]}${process.pid}`);
    const worker = (n: string): string => `${cluster.name}-worker${n}`;
    before(() => cluster.up(runtime, "--workers", "3"));
    after(async () => {
      await cluster.down();
      assert.deepEqual(traces(), untouched, "the machine is as it was");
    });

    test("N1, N2: nodes, versions, the parts of the cluster, leases, readiness", async () => {
      await cluster.until("kubectl get nodes --no-headers", (out) => lines(out).length === 4 && !/NotReady/.test(out));
      const nodes = lines(await cluster.ok("kubectl get nodes --no-headers")).map((line) =>
        line.split(/\s+/).slice(0, 3),
      );
      assert.deepEqual(nodes, [
        [`${cluster.name}-control-plane`, "Ready", "control-plane"],
        ...["", "2", "3"].map((n) => [worker(n), "Ready", "<none>"]),
      ]);
      assert.match(await cluster.ok("kubectl version"), /Server Version: v1\.36/);
      assert.equal(await cluster.ok("kubectl config current-context"), `cox-${cluster.name}\n`);
      const parts = lines(await cluster.ok("kubectl get pods -n kube-system --no-headers"));
      assert.equal(parts.filter((line) => /^kube-proxy-.* 1\/1 +Running/.test(line)).length, 4);
      for (const part of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "cluster-dns"]) {
        assert.equal(parts.filter((line) => line.startsWith(`${part}-`)).length, 1, part);
      }
      assert.match(
        await cluster.ok(`kubectl logs -n kube-system kube-apiserver-${cluster.name}-control-plane`),
        /serving/,
      );
      assert.equal(lines(await cluster.ok("kubectl get leases -n kube-node-lease --no-headers")).length, 4);
      assert.match(await cluster.ok("kubectl get --raw '/readyz?verbose'"), /readyz check passed/);
    });

    test("N4: six replicas are spread over three workers, and what is deleted comes back", async () => {
      await cluster.ok("kubectl create deploy web --image=nginx:1.27.2 --replicas=6");
      await cluster.ok("kubectl rollout status deploy/web --timeout=60s");
      const on = lines(
        await cluster.ok("kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.spec.nodeName}{\"\\n\"}{end}'"),
      );
      assert.deepEqual(on.sort(), ["", "", "2", "2", "3", "3"].map(worker).sort());
      const [first] = lines(await cluster.ok("kubectl get pods -l app=web -o name"));
      await cluster.ok(`kubectl delete ${first}`);
      const left = await cluster.until("kubectl get pods -l app=web -o name", (out) => lines(out).length === 6);
      assert.ok(!left.includes(`${first}\n`));
    });

    test("N4b: a service answers by name and shares the load", async () => {
      await cluster.ok("kubectl rollout status deploy/web --timeout=60s; kubectl expose deploy web --port=80");
      await cluster.until(
        "kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{.items[*].endpoints[*].addresses}'",
        (out) => out.split(" ").length === 6,
      );
      await cluster.ok(
        "kubectl run bb --image=busybox:1.36 --restart=Never -- sleep 1000 && kubectl wait --for=condition=Ready pod/bb --timeout=60s",
      );
      const script =
        "for i in 1 2 3 4 5; do wget -qO- http://web | grep -c 'nginx 1.27.2'; wget -qO- http://web.default.svc.cluster.local | grep -c 'nginx 1.27.2'; done";
      assert.equal(await cluster.ok(`kubectl exec bb -- sh -c "${script}"`), "1\n".repeat(10));
      const asked = lines(await cluster.ok("kubectl logs -l app=web --tail=-1 --prefix")).filter((line) =>
        /GET \//.test(line),
      );
      assert.ok(new Set(asked.map((line) => line.split(" ")[0])).size > 1, "more than one pod answered");
    });

    test("N5, N8: namespaces come and go with all that is in them", async () => {
      await cluster.ok(
        "kubectl create ns dev && kubectl create deploy one --image=nginx:1.27.2 -n dev && kubectl rollout status deploy/one -n dev --timeout=60s",
      );
      const refused = await cluster.kubectl("run", "two", "--image=nginx", "-n", "absent");
      assert.match(refused.err, /Error from server \(NotFound\).*namespaces "absent" not found/);
      await cluster.ok("kubectl create ns prod && kubectl create quota q --hard=pods=1 -n prod");
      await cluster.until("kubectl get quota q -n prod -o jsonpath='{.status.used.pods}'", (out) => out === "0");
      await cluster.ok("kubectl run a --image=busybox:1.36 -n prod -- sleep 1000");
      const second = await cluster.kubectl("run", "b", "--image=busybox:1.36", "-n", "prod", "--", "sleep", "1000");
      assert.match(second.err, /forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1/);
      await cluster.ok(
        "kubectl create role r --verb=get,list --resource=pods -n dev && kubectl create rolebinding b --role=r --user=amy -n dev",
      );
      assert.equal((await cluster.kubectl("auth", "can-i", "list", "pods", "--as=amy", "-n", "dev")).out, "yes\n");
      assert.equal((await cluster.kubectl("auth", "can-i", "list", "pods", "--as=amy", "-n", "prod")).out, "no\n");
      await cluster.ok("kubectl delete ns dev --timeout=60s");
      assert.match((await cluster.kubectl("get", "pods", "-n", "dev")).err, /No resources found in dev namespace/);
      assert.match(await cluster.ok("kubectl get pod a -n prod --no-headers"), /^a /);
    });

    test("N9, N11: a rolling update, its history, and the way back", async () => {
      await cluster.ok(
        "kubectl create deploy nginxdeployment --image=nginx:1.27.2 && kubectl rollout status deploy/nginxdeployment --timeout=60s",
      );
      await cluster.ok("kubectl set image deploy/nginxdeployment nginx=nginx:1.27.3");
      assert.match(
        await cluster.ok("kubectl rollout status deploy/nginxdeployment --timeout=60s"),
        /successfully rolled out/,
      );
      const sets = lines(
        await cluster.ok("kubectl get rs -l app=nginxdeployment --no-headers --sort-by=.metadata.creationTimestamp"),
      );
      assert.deepEqual(
        sets.map((line) => line.split(/\s+/).slice(1, 4).join(" ")),
        ["0 0 0", "1 1 1"],
      );
      await cluster.ok("kubectl set image deploy/nginxdeployment nginx=nginx:no-such-tag");
      await cluster.until(
        "kubectl get pods -l app=nginxdeployment --no-headers",
        (out) => /ImagePullBackOff/.test(out) && /1\/1 +Running/.test(out),
      );
      await cluster.ok(
        "kubectl rollout undo deploy/nginxdeployment && kubectl rollout status deploy/nginxdeployment --timeout=60s",
      );
      assert.equal(await cluster.ok("kubectl get deploy nginxdeployment -o jsonpath='{..image}'"), "nginx:1.27.3");
      assert.equal(
        await cluster.ok("kubectl rollout history deploy/nginxdeployment | awk 'NR > 2 {print $1}' | xargs"),
        "1 3 4\n",
      );
    });

    test("N13: a daemon set is on every worker, and follows them", async () => {
      const set = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: nginxdaemonset }
spec:
  selector: { matchLabels: { app: ds } }
  template:
    metadata: { labels: { app: ds } }
    spec: { containers: [{ name: nginx, image: "nginx:1.27.2" }] }
`;
      assert.equal(await cluster.ok("kubectl apply -f -", set), "daemonset.apps/nginxdaemonset created\n");
      assert.equal(await cluster.ok("kubectl apply -f -", set), "daemonset.apps/nginxdaemonset unchanged\n");
      const count = (n: number) => (out: string) =>
        new RegExp(`^nginxdaemonset +${n} +${n} +${n} +${n} +${n} `).test(out);
      await cluster.until("kubectl get ds nginxdaemonset --no-headers", count(3));
      assert.equal((await cluster.coxLater("node", "add")).out, `${worker("4")}\n`);
      await cluster.until("kubectl get ds nginxdaemonset --no-headers", count(4));
      const range = await cluster.ok(`kubectl get node ${worker("4")} -o jsonpath='{.spec.podCIDR}'`);
      assert.equal((await cluster.coxLater("node", "rm", "worker4")).code, 0);
      if (isReal) assert.equal(await cluster.ok(`ip route show ${range}`), "", "no way leads to its pods any more");
      await cluster.until("kubectl get ds nginxdaemonset --no-headers", count(3));
    });

    test("N14: container states as kubectl prints them", async () => {
      await cluster.ok("kubectl run crash --image=busybox:1.36 -- sh -c 'exit 1'");
      await cluster.ok(
        "kubectl run typo --image=busybox:no-such-tag; kubectl run done --image=busybox:1.36 --restart=Never -- true",
      );
      // only a kernel ends what takes too much
      if (isReal)
        await cluster.ok(
          'kubectl run oom --image=busybox:1.36 --restart=Never --overrides=\'{"spec":{"containers":[{"name":"oom","image":"busybox:1.36","command":["tail","/dev/zero"],"resources":{"limits":{"memory":"24Mi"}}}]}}\'',
        );
      const status = (pod: string, word: string) =>
        cluster.until(`kubectl get pod ${pod} --no-headers`, (out) => out.includes(` ${word} `));
      await status("crash", "CrashLoopBackOff");
      await status("typo", "ImagePullBackOff");
      await status("done", "Completed");
      if (isReal) await status("oom", "OOMKilled");
      await cluster.ok("kubectl delete pod crash typo done --now && kubectl delete pod oom --now --ignore-not-found");
    });

    test("N14: a pod that writes more than it may is evicted", async () => {
      const script =
        "s=0123456789abcdef; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do s=$s$s; done; echo $s > /v/f; sleep 1000";
      const pod = `apiVersion: v1
kind: Pod
metadata: { name: greedy }
spec:
  containers: [{ name: main, image: "busybox:1.36", command: [sh, -c, "${script}"], volumeMounts: [{ name: v, mountPath: /v }] }]
  volumes: [{ name: v, emptyDir: { sizeLimit: 1Mi } }]
`;
      await cluster.ok("kubectl apply -f -", pod);
      await cluster.until("kubectl get pod greedy -o jsonpath='{.status.reason}'", (out) => out === "Evicted");
      assert.equal(
        await cluster.ok("kubectl get pod greedy -o jsonpath='{.status.phase} {.status.message}'"),
        'Failed Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
      );
      await cluster.ok("kubectl delete pod greedy --now");
    });

    test("N8: what nodes and pods use", async () => {
      await cluster.until("kubectl top pods -l app=web --no-headers", (out) => lines(out).length === 6);
      const nodes = lines(await cluster.ok("kubectl top nodes --no-headers"));
      assert.equal(nodes.length, 4);
      for (const line of nodes) assert.match(line, /^\S+ +\d+m +\d+% +\d+Mi +\d+% *$/);
    });

    test("N15, N18: jobs and cron jobs", async () => {
      await cluster.ok("kubectl create job mig --image=busybox:1.36 -- sh -c 'echo done'");
      await cluster.until("kubectl get job mig --no-headers", (out) => /^mig +Complete +1\/1 /.test(out));
      assert.equal(await cluster.ok("kubectl logs job/mig"), "done\n");
      const sunday = await cluster.kubectl(
        "create",
        "cronjob",
        "c",
        "--image=busybox:1.36",
        "--schedule=0 0 * * 7",
        "--",
        "true",
      );
      assert.match(sunday.err, /end of range \(7\) above maximum \(6\): 7/);
      await cluster.ok(
        "kubectl create cronjob hello --image=busybox:1.36 --schedule='0 0 1 1 *' -- sh -c 'echo grüße ✓' && kubectl create job --from=cronjob/hello now",
      );
      await cluster.until("kubectl get job now --no-headers", (out) => /Complete/.test(out));
      assert.equal(await cluster.ok("kubectl logs job/now"), "grüße ✓\n");
    });

    test("N17: a shell in a busybox pod, files in and out, a forwarded port", async () => {
      const typed = await cluster.shell(
        "kubectl run -i --rm --restart=Never sh --image=busybox:1.36 -- sh",
        "echo hello; ls /nowhere; hostname; exit 3\n",
      );
      assert.match(typed.out, /hello\n[\s\S]*sh\n/);
      assert.equal(await cluster.ok("kubectl exec -i bb -- cat", "through and back\n"), "through and back\n");
      assert.equal((await cluster.kubectl("exec", "bb", "--", "sh", "-c", "exit 7")).code, 7);
      // the way that older clients and many operators take
      const spdy = "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false kubectl";
      assert.equal(await cluster.ok(`${spdy} exec -i bb -- cat`, "over SPDY\n"), "over SPDY\n");
      assert.equal((await cluster.shell(`${spdy} exec bb -- sh -c 'exit 7'`)).code, 7);
      const typedAt = await cluster.ok(
        "printf 'echo typed\\nexit 0\\n' | script -qec 'kubectl exec -it bb -- sh' /dev/null",
      );
      assert.match(typedAt, /\/ # [\s\S]*typed\r\n/);
      for (const tunnel of ["true", "false"]) {
        const forward = `KUBECTL_PORT_FORWARD_WEBSOCKETS=${tunnel} kubectl port-forward deploy/web :80`;
        const script = `${forward} > $f & p=$!; until grep -q Forwarding $f; do sleep 0.1; done; port=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' $f | head -1)`;
        const page = await cluster.ok(
          `f=$(mktemp); ${script}; node -e "fetch('http://127.0.0.1:$port').then((r) => r.text()).then(console.log)"; kill $p; rm $f`,
        );
        assert.match(page, /nginx 1\.27\.2/, `tunnel: ${tunnel}`);
      }
    });

    test("N4c: a node loses power and comes back", async () => {
      assert.equal((await cluster.coxLater("node", "stop", "worker2")).code, 0);
      await cluster.until(`kubectl get node ${worker("2")} --no-headers`, (out) => / NotReady /.test(out), 90_000);
      assert.match(
        await cluster.ok(`kubectl get node ${worker("2")} -o jsonpath='{.spec.taints[*].key}'`),
        /node.kubernetes.io\/unreachable/,
      );
      assert.equal((await cluster.coxLater("node", "start", "worker2")).code, 0);
      await cluster.until(`kubectl get node ${worker("2")} --no-headers`, (out) => / Ready /.test(out), 60_000);
      await cluster.until(
        "kubectl get pods -l app=web --no-headers",
        (out) => lines(out).filter((line) => /1\/1 +Running/.test(line)).length === 6,
        60_000,
      );
    });

    test("a chart is installed by Helm, and taken away again", async () => {
      await cluster.ok(`set -e; d=$(mktemp -d); mkdir -p $d/c/templates; printf 'apiVersion: v2\\nname: c\\nversion: 0.1.0\\n' > $d/c/Chart.yaml
printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: from-helm}\\ndata: {a: {{ .Release.Name | quote }}}\\n' > $d/c/templates/cm.yaml
helm install first $d/c --wait; kubectl get cm from-helm -o jsonpath='{.data.a}' | grep -q first; helm list -q | grep -q first; helm uninstall first; rm -r $d`);
      assert.notEqual((await cluster.kubectl("get", "cm", "from-helm")).code, 0);
    });

    test("the cluster's process is killed and comes back, and so does containerd", async () => {
      const containers = () =>
        cluster.ok(
          "kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.status.containerStatuses[0].containerID}{\"\\n\"}{end}'",
        );
      const before_ = await containers();
      process.kill(await cluster.pid(), "SIGKILL");
      await cluster.untilRuns();
      if (!isReal) return;
      assert.equal(await containers(), before_, "the containers have run on");
      for (const pid of cluster.containerdPids()) process.kill(pid, "SIGKILL");
      await cluster.ok(
        "kubectl run after --image=nginx:1.27.2 && kubectl wait --for=condition=Ready pod/after --timeout=60s",
      );
      assert.equal(await containers(), before_, "the containers have run on");
    });

    test("stopped and started again, the cluster is what it was", async () => {
      const before_ = await cluster.ok(
        "kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.metadata.uid} {.status.containerStatuses[0].containerID}{\"\\n\"}{end}'",
      );
      assert.equal((await cluster.coxLater("down", "--keep")).code, 0);
      assert.match((await cluster.kubectl("get", "nodes")).err, /The connection to the server .* was refused/);
      assert.equal((await cluster.coxLater("up")).code, 0);
      await cluster.until("kubectl get nodes --no-headers", (out) => lines(out).length === 4 && !/NotReady/.test(out));
      const after_ = await cluster.ok(
        "kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.metadata.uid} {.status.containerStatuses[0].containerID}{\"\\n\"}{end}'",
      );
      // what is in memory is gone with its process: there the pods are started again, as after a reboot
      const uids = (text: string): string[] => lines(text).map((line) => line.split(" ")[0] ?? "");
      if (isReal) assert.equal(after_, before_, "the containers have run on");
      else assert.deepEqual(uids(after_), uids(before_));
    });
  });
}
