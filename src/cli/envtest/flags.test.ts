import assert from "node:assert/strict";
import { test } from "node:test";
import { readFlags, serverFlags } from "./flags.ts";

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
  const flags = readFlags(["--a=1", "--b", "2", "--on", "--a", "3=4", "-v=2", "stray"]);
  assert.deepEqual(
    [...flags],
    [
      ["a", ["1", "3=4"]],
      ["b", ["2"]],
      ["on", ["true"]],
      ["v", ["2"]],
    ],
  );
});

test("what envtest gives is all understood", () => {
  const flags = serverFlags(usual);
  assert.deepEqual(flags.ignored, []);
  assert.deepEqual(
    [flags.host, flags.port, flags.certificateFile, flags.clientCaFile, flags.serviceRange, flags.withoutPlugins],
    [
      "127.0.0.1",
      41453,
      "/tmp/k8s_test_framework_1/apiserver.crt",
      "/tmp/k8s_test_framework_1/client-cert-auth-ca.crt",
      "10.0.0.0/24",
      ["ServiceAccount"],
    ],
  );
});

test("what users add is taken, or told of", () => {
  const added = [
    "--audit-policy-file=p.yaml",
    "--audit-log-path=/tmp/log",
    "--token-auth-file=t.csv",
    "--feature-gates=A=true,B=false",
    "--authorization-mode=AlwaysAllow",
    "--disable-admission-plugins=PodSecurity,ResourceQuota",
  ];
  const { configuration, ignored, withoutPlugins } = serverFlags([...usual.slice(2), ...added]);
  assert.deepEqual(configuration, {
    ...{ apiVersion: "coxswain/v1alpha1", kind: "ApiServerConfiguration" },
    authentication: { tokenFile: "t.csv" },
    audit: { policyFile: "p.yaml", log: { path: "/tmp/log" } },
  });
  assert.deepEqual(withoutPlugins, ["ServiceAccount", "PodSecurity", "ResourceQuota"]);
  assert.deepEqual(ignored, [
    "--feature-gates=A=true,B=false changes nothing here",
    "--authorization-mode=AlwaysAllow: requests are authorized by RBAC and the node authorizer all the same",
  ]);
});

test("without what a server needs there is none", () => {
  assert.throws(() => serverFlags(["--secure-port=1"]), /--cert-dir is needed/);
});
