import assert from "node:assert/strict";
import { test } from "node:test";
import { serverFlags } from "./flags.ts";
import { readFlags } from "./read-flags.ts";

/** What controller-runtime v0.25 starts kube-apiserver with. */
const usual = [
  "--allow-privileged=true",
  "--authorization-mode=RBAC",
  "--bind-address=127.0.0.1",
  "--cert-dir=/tmp/k8s_test_framework_1",
  "--client-ca-file=/tmp/k8s_test_framework_1/client-cert-auth-ca.crt",
  "--disable-admission-plugins=ServiceAccount",
  "--etcd-servers=http://127.0.0.1:35207",
  "--secure-port=41453",
  "--service-account-issuer=https://127.0.0.1:41453/",
  "--service-account-key-file=/tmp/k8s_test_framework_1/sa-signer.crt",
  "--service-account-signing-key-file=/tmp/k8s_test_framework_1/sa-signer.key",
  "--service-cluster-ip-range=10.0.0.0/24",
];

test("flags are read with and without an equals sign; lists are gathered", () => {
  const flags = readFlags(["--a=1", "--b", "2", "--on", "--a", "3=4", "-v=2", "--empty="]);
  assert.deepEqual(
    [...flags],
    [
      ["a", ["1", "3=4"]],
      ["b", ["2"]],
      ["on", ["true"]],
      ["v", ["2"]],
      ["empty", [""]],
    ],
  );
  assert.throws(() => readFlags(["--a=1", "stray"]), /unknown command "stray"/);
});

test("what envtest gives is all understood", () => {
  const folder = "/tmp/k8s_test_framework_1";
  assert.deepEqual(serverFlags(usual), {
    host: "127.0.0.1",
    port: 41453,
    certificateFile: `${folder}/apiserver.crt`,
    keyFile: `${folder}/apiserver.key`,
    clientCaFile: `${folder}/client-cert-auth-ca.crt`,
    signingKeyFile: `${folder}/sa-signer.key`,
    frontProxy: undefined,
    serviceRange: "10.0.0.0/24",
    issuer: "https://127.0.0.1:41453/",
    authorizationModes: ["RBAC"],
    anonymous: undefined,
    withoutPlugins: ["NodeRestriction", "ServiceAccount"],
    configuration: {
      ...{ apiVersion: "coxswain/v1alpha1", kind: "ApiServerConfiguration" },
      authentication: { bootstrapTokens: false },
    },
    ignored: [],
  });
});

test("what users add is taken", () => {
  const added = [
    "--audit-policy-file=p.yaml",
    "--audit-log-path=-",
    "--audit-log-maxsize=5",
    "--token-auth-file=t.csv",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction,PodSecurity,JobValidation",
    "--disable-admission-plugins=ResourceQuota,PodTopologyLabels,AlwaysPullImages",
    "--anonymous-auth=false",
    "--min-request-timeout=30",
    "--request-timeout=1m30s",
    "--max-requests-inflight=50",
    "--requestheader-client-ca-file=front.crt",
    "--requestheader-allowed-names=one,two",
    "--proxy-client-cert-file=proxy.crt",
    "--proxy-client-key-file=proxy.key",
    "--etcd-compaction-interval=0",
    "--v=9",
    "--insecure-port=0",
  ];
  const { ignored, configuration, ...flags } = serverFlags([...usual.slice(2), ...added]);
  assert.deepEqual(configuration, {
    ...{ apiVersion: "coxswain/v1alpha1", kind: "ApiServerConfiguration" },
    authentication: {
      tokenFile: "t.csv",
      bootstrapTokens: false,
      requestHeader: { clientCAFile: "front.crt", allowedNames: ["one", "two"] },
    },
    audit: { policyFile: "p.yaml", log: { path: "/dev/stdout", maxSize: 5 } },
    requests: { timeout: "1m30s", minWatchTimeout: "30s", maxInFlight: 50 },
  });
  assert.deepEqual(flags.withoutPlugins, ["ServiceAccount", "ResourceQuota"]);
  assert.deepEqual([flags.authorizationModes, flags.anonymous], [["Node", "RBAC"], false]);
  assert.deepEqual(flags.frontProxy, { certificateFile: "proxy.crt", keyFile: "proxy.key", caFile: "front.crt" });
  assert.deepEqual(ignored, []);
});

test("what changes nothing though a client might notice is told", () => {
  const { ignored } = serverFlags([
    ...usual,
    "--feature-gates=A=true,B=false",
    "--runtime-config=api/all=true",
    "--audit-log-path=/tmp/log",
    "--service-cluster-ip-range=10.1.0.0/16,fd00::/112",
  ]);
  assert.deepEqual(ignored, [
    "--service-cluster-ip-range: services get addresses of 10.1.0.0/16 alone",
    "no audit policy file provided, no events will be recorded for log backend",
    "--feature-gates=A=true,B=false changes nothing: every gate is as it is by default",
    "--runtime-config=api/all=true changes nothing: groups and versions are served as they are by default, whatever it says",
  ]);
});

const refusals: Readonly<Record<string, RegExp>> = {
  "--secure-prot=1": /^unknown flag: --secure-prot$/,
  "--insecure-port=8080": /^unknown flag: --insecure-port$/,
  "--secure-port=x": /^invalid argument "x" for "--secure-port" flag$/,
  "--anonymous-auth=maybe": /^invalid argument "maybe" for "--anonymous-auth" flag$/,
  "--authorization-mode=AlwaysAllow":
    /^--authorization-mode=AlwaysAllow: requests are authorized by RBAC and Node alone$/,
  "--authorization-config=f": /^--authorization-config=f: requests are authorized by RBAC and Node alone$/,
  "--oidc-issuer-url=https://a": /--authentication-config$/,
  "--admission-control-config-file=f": /the admission plugins have no configuration$/,
  "--audit-webhook-config-file=f": /with --audit-log-path$/,
  "--enable-admission-plugins=AlwaysPullImages": /^--enable-admission-plugins=AlwaysPullImages: not in Coxswain$/,
  "--enable-admission-plugins=Nonsense": /^enable-admission-plugins plugin "Nonsense" is unknown$/,
  "--enable-admission-plugins=ServiceAccount":
    /^ServiceAccount in enable-admission-plugins and disable-admission-plugins overlapped$/,
};
for (const [flag, message] of Object.entries(refusals))
  test(`there is no server with ${flag}`, () => {
    assert.throws(() => serverFlags([...usual, flag]), { message });
  });

test("without what a server needs there is none", () => {
  assert.throws(() => serverFlags(["--secure-port=1"]), /--cert-dir is needed, as envtest gives it/);
  assert.throws(() => serverFlags(["--cert-dir=a"]), /--client-ca-file is needed, as envtest gives it/);
});
