import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Command } from "./command.ts";

let command: Command;
before(async () => {
  command = await Command.start();
});
after(() => command.stop());

const squeezed = (text: string): string => text.replace(/ +/g, " ").replace(/\b\d+s\b/g, "<age>");

test("objects are created, shown, labelled and deleted", async () => {
  const { ok } = bound();
  assert.equal(await ok("create configmap c --from-literal=a=1 --from-literal=b=2"), "configmap/c created\n");
  assert.equal(squeezed(await ok("get cm c")), "NAME DATA AGE\nc 2 <age>\n");
  assert.equal(await ok("label cm c tier=web"), "configmap/c labeled\n");
  assert.equal(await ok("get cm -l tier=web -o name"), "configmap/c\n");
  assert.equal(await ok("get cm c -o jsonpath={.data.a}"), "1");
  assert.equal(
    await ok("get cm c -o custom-columns=N:.metadata.name,B:.data.b,Z:.data.z"),
    "N     B     Z\nc     2     <none>\n",
  );
  assert.equal(await ok("delete cm c"), 'configmap "c" deleted from default namespace\n');
  const gone = await command.cox("get cm c");
  assert.deepEqual(gone, { code: 1, out: "", err: 'Error from server (NotFound): configmaps "c" not found\n' });
});

const configMap = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: ${data}\n`;

test("apply creates, leaves, changes and takes away", async () => {
  const { ok } = bound();
  command.file("c.yaml", configMap('{a: "1", b: "2"}'));
  assert.equal(await ok("apply -f c.yaml"), "configmap/applied created\n");
  assert.equal(await ok("apply -f c.yaml"), "configmap/applied unchanged\n");
  await ok(["patch", "cm", "applied", "--type=merge", "-p", '{"data":{"other":"x"}}']);
  command.file("c.yaml", configMap('{a: "3"}'));
  const diff = await command.cox("diff -f c.yaml");
  assert.equal(diff.code, 1);
  assert.match(diff.out, /\n- {2}b: "2"\n/);
  assert.equal(await ok("apply -f c.yaml"), "configmap/applied configured\n");
  assert.equal(await ok("get cm applied -o jsonpath={.data}"), '{"a":"3","other":"x"}');
  assert.match(await ok("apply view-last-applied cm/applied"), /^apiVersion: v1\ndata:\n {2}a: "3"\n/);
});

test("apply by the server tells of conflicts, and takes fields when forced", async () => {
  const { ok } = bound();
  command.file("s.yaml", configMap('{s: "1"}').replace("applied", "served"));
  assert.equal(await ok("apply --server-side -f s.yaml"), "configmap/served serverside-applied\n");
  command.file("s.yaml", configMap('{s: "2"}').replace("applied", "served"));
  const refused = await command.cox("apply --server-side --field-manager=other -f s.yaml");
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^error: Apply failed with 1 conflict: conflict with "kubectl": \.data\.s\nPlease review/);
  assert.equal(
    await ok("apply --server-side --field-manager=other --force-conflicts -f s.yaml"),
    "configmap/served serverside-applied\n",
  );
});

test("the fields that client-side apply had become those of server-side apply", async () => {
  const { ok } = bound();
  command.file("m.yaml", configMap('{a: "1", b: "2"}').replace("applied", "moved"));
  await ok("apply -f m.yaml");
  command.file("m.yaml", configMap('{a: "1"}').replace("applied", "moved"));
  await ok("apply --server-side -f m.yaml");
  assert.equal(await ok("get cm moved -o jsonpath={.data}"), '{"a":"1"}');
});

test("manifests are read from stdin, in several documents", async () => {
  const { ok } = bound();
  const two = `${configMap("{}").replace("applied", "one")}---\n${configMap("{}").replace("applied", "two")}`;
  assert.equal(await ok("create -f -", two), "configmap/one created\nconfigmap/two created\n");
});

test("workloads are created, scaled, exposed and changed", async () => {
  const { ok } = bound();
  assert.equal(await ok("create deployment web --image=nginx:1.27.2"), "deployment.apps/web created\n");
  assert.equal(await ok("scale deploy/web --replicas=2"), "deployment.apps/web scaled\n");
  const wrong = await command.cox("scale deploy/web --replicas=3 --current-replicas=5");
  assert.deepEqual(wrong, { code: 1, out: "", err: "error: Expected replicas to be 5, was 2\n" });
  assert.equal(await ok("set image deploy/web nginx=nginx:1.27.3"), "deployment.apps/web image updated\n");
  assert.equal(await ok("set env deploy/web A=1"), "deployment.apps/web env updated\n");
  assert.equal(await ok("set env deploy/web --list"), "# Deployment web, container nginx\nA=1\n");
  assert.equal(await ok("get deploy web -o jsonpath={.spec.replicas},{..image}"), "2,nginx:1.27.3");
  assert.equal(await ok("expose deploy web --port=80"), "service/web exposed\n");
  assert.match(await ok("describe svc web"), /^TargetPort: {15}80\/TCP$/m);
  assert.equal(await ok("rollout pause deploy/web"), "deployment.apps/web paused\n");
  const paused = await command.cox("rollout pause deploy/web");
  assert.equal(paused.err, 'error: deployments.apps "web" is already paused\n');
  assert.equal(
    await ok("delete deploy,svc web"),
    'deployment.apps "web" deleted from default namespace\nservice "web" deleted from default namespace\n',
  );
});

test("a dry run writes nothing", async () => {
  const { ok } = bound();
  assert.match(
    await ok("create deployment d --image=nginx --dry-run=client -o yaml"),
    /^apiVersion: apps\/v1\nkind: Deployment\n/,
  );
  assert.equal(
    await ok("create deployment d --image=nginx --dry-run=server"),
    "deployment.apps/d created (server dry run)\n",
  );
  assert.equal((await command.cox("get deploy d")).code, 1);
});

test("what is wrong with a command is told in kubectl's words", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["get nosuch", 'error: the server doesn\'t have a resource type "nosuch"\n'],
    ["get pods --nope", "error: unknown flag: --nope\nSee 'cox get --help' for usage.\n"],
    ["apply -f absent.yaml", 'error: the path "absent.yaml" does not exist\n'],
    ["label cm", "error: at least one label update is required\n"],
    [
      "get pods -o nope",
      'error: unable to match a printer suitable for the output format "nope", allowed formats are: custom-columns,custom-columns-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,wide,yaml\n',
    ],
  ];
  for (const [line, want] of cases) assert.deepEqual([line, (await command.cox(line)).err], [line, want]);
});

test("nothing found is told on stderr", async () => {
  assert.deepEqual(await command.cox("get pods"), {
    code: 0,
    out: "",
    err: "No resources found in default namespace.\n",
  });
  assert.deepEqual(await command.cox("get pods -A"), { code: 0, out: "", err: "No resources found\n" });
});

test("wait waits for what is there, and no longer than it should", async () => {
  const { ok } = bound();
  await ok("create namespace w");
  assert.equal(
    await ok("wait --for=jsonpath={.status.phase}=Active ns/w --timeout=10s"),
    "namespace/w condition met\n",
  );
  const late = await command.cox("wait --for=condition=Never ns/w --timeout=0s");
  assert.deepEqual(late, { code: 1, out: "", err: "error: timed out waiting for the condition on namespaces/w\n" });
  assert.equal(await ok("wait --for=delete pod/absent"), "");
});

test("discovery, access and configuration are shown", async () => {
  const { ok } = bound();
  assert.match(
    await ok("api-resources --api-group=apps --no-headers"),
    /^deployments +deploy +apps\/v1 +true +Deployment$/m,
  );
  assert.match(await ok("api-versions"), /^v1$/m);
  assert.match(await ok("explain deployment"), /^GROUP: {6}apps\nKIND: {7}Deployment\nVERSION: {4}v1\n/);
  assert.equal(await ok("auth can-i create pods"), "yes\n");
  assert.match(await ok("auth whoami"), /^Username +kubernetes-admin$/m);
  assert.match(await ok("version"), /^Client Version: v1\.36\.\d\nServer Version: v1\.36\.\d\n$/);
  assert.equal(await ok("config current-context"), "cox-apiserver\n");
  assert.equal(await ok("config set-context --current --namespace=w"), 'Context "cox-apiserver" modified.\n');
  assert.deepEqual((await command.cox("get cm")).err, "No resources found in w namespace.\n");
  await ok("config set-context --current --namespace=default");
});

test("taints and cordons are set and taken away", async () => {
  const { ok } = bound();
  command.file("node.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n");
  await ok("create -f node.yaml");
  assert.equal(await ok("cordon n1"), "node/n1 cordoned\n");
  assert.equal(await ok("cordon n1"), "node/n1 already cordoned\n");
  assert.equal(await ok("uncordon n1"), "node/n1 uncordoned\n");
  assert.equal(await ok("taint nodes n1 k=v:NoSchedule"), "node/n1 tainted\n");
  assert.match(await ok("describe node n1"), /^Taints: +k=v:NoSchedule$/m);
  assert.equal(await ok("taint nodes n1 k:NoSchedule-"), "node/n1 untainted\n");
});

const bound = (): Pick<Command, "ok"> => ({ ok: (line, input) => command.ok(line, input) });
