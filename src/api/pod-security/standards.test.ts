import assert from "node:assert/strict";
import { test } from "node:test";
import type { Metadata, Spec } from "./check.ts";
import { type Level, type LevelVersion, policyOf, shown } from "./policy.ts";
import { details, violations } from "./standards.ts";

type Container = Record<string, unknown>;
const spec = (container: Container, more: object = {}): Spec =>
  ({ containers: [{ name: "c", ...container }], ...more }) as unknown as Spec;
const secure = (context: object): Container => ({ securityContext: context });
const tight = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const check = (level: Level, of: Spec, version: LevelVersion["version"] = "latest", metadata: Metadata = {}): string =>
  details(violations({ level, version }, of, metadata));

const baseline: readonly (readonly [string, Spec, string])[] = [
  ["an ordinary pod", spec({}), ""],
  ["the node's namespaces", spec({}, { hostPID: true, hostIPC: true }), "host namespaces (hostPID=true, hostIPC=true)"],
  [
    "privileged containers",
    spec(secure({ privileged: true }), { initContainers: [{ name: "i", ...secure({ privileged: true }) }] }),
    'privileged (containers "i", "c" must not set securityContext.privileged=true)',
  ],
  [
    "capabilities",
    spec(secure({ capabilities: { add: ["SYS_ADMIN", "CHOWN", "NET_RAW"] } })),
    'non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
  ],
  [
    "ports of the node",
    spec({ ports: [{ hostPort: 80 }, { hostPort: 443 }, {}] }),
    'hostPort (container "c" uses hostPorts 443, 80)',
  ],
  ["paths of the node", spec({}, { volumes: [{ name: "v", hostPath: {} }] }), 'hostPath volumes (volume "v")'],
  [
    "probes of other hosts",
    spec({ livenessProbe: { httpGet: { host: "a" } }, lifecycle: { preStop: { tcpSocket: { host: "b" } } } }),
    'probe or lifecycle host (container "c" uses probe or lifecycle hosts "a", "b")',
  ],
  [
    "an unmasked /proc",
    spec(secure({ procMount: "Unmasked" })),
    'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
  ],
  ["an unmasked /proc of its own users", spec(secure({ procMount: "Unmasked" }), { hostUsers: false }), ""],
  [
    "SELinux options",
    spec(secure({ seLinuxOptions: { type: "x", user: "u" } }), { securityContext: { seLinuxOptions: { role: "r" } } }),
    'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set; role may not be set)',
  ],
  [
    "unconfined profiles",
    spec(secure({ appArmorProfile: { type: "Unconfined" } }), {
      securityContext: { seccompProfile: { type: "Unconfined" } },
    }),
    'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined"), seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    "kernel settings",
    spec({}, { securityContext: { sysctls: [{ name: "kernel.msgmax" }, { name: "net.ipv4.tcp_rmem" }] } }),
    "forbidden sysctls (kernel.msgmax)",
  ],
];
for (const [name, of, want] of baseline)
  test(`baseline and ${name}: ${want || "allowed"}`, () => assert.equal(check("baseline", of), want));

const restricted: readonly (readonly [string, Spec, string])[] = [
  ["a tight pod", spec(secure(tight)), ""],
  [
    "an ordinary pod",
    spec({}),
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  ],
  [
    "root",
    spec(secure({ ...tight, runAsUser: 0 }), { securityContext: { runAsNonRoot: false } }),
    'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "c" must not set runAsUser=0)',
  ],
  [
    "volumes of the network",
    spec(secure(tight), {
      volumes: [
        { name: "a", nfs: {} },
        { name: "b", hostPath: {} },
        { name: "d", emptyDir: {} },
      ],
    }),
    'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
  ],
  ["a tight pod for Windows", spec(secure({ runAsNonRoot: true }), { os: { name: "windows" } }), ""],
];
for (const [name, of, want] of restricted)
  test(`restricted and ${name}: ${want || "allowed"}`, () => assert.equal(check("restricted", of), want));

test("a rule holds from its version on", () => {
  const asks = spec({ livenessProbe: { httpGet: { host: "a" } } });
  assert.equal(check("baseline", asks, 33), "");
  assert.notEqual(check("baseline", asks, 34), "");
  const escalates = spec({});
  assert.equal(check("restricted", escalates, 7).includes("allowPrivilegeEscalation"), false);
  assert.equal(check("restricted", escalates, 8).includes("allowPrivilegeEscalation"), true);
});

const label = (mode: string): string => `pod-security.kubernetes.io/${mode}`;
const policies: readonly (readonly [string, Record<string, string>, string])[] = [
  ["no labels", {}, "privileged:latest privileged:latest privileged:latest"],
  ["what is enforced is warned of", { enforce: "baseline" }, "baseline:latest privileged:latest baseline:latest"],
  [
    "a warning of its own",
    { enforce: "restricted", "enforce-version": "v1.25", warn: "baseline", audit: "restricted" },
    "restricted:v1.25 restricted:latest baseline:latest",
  ],
  ["what is not a level", { enforce: "x", warn: "y" }, "restricted:latest privileged:latest privileged:latest !!"],
];
for (const [name, labels, want] of policies) {
  test(`the labels of a namespace: ${name}`, () => {
    const all = Object.fromEntries(Object.entries(labels).map(([mode, value]) => [label(mode), value]));
    const { policy, errors } = policyOf(all);
    const found = [policy.enforce, policy.audit, policy.warn].map(shown).join(" ");
    assert.equal(found + (errors.length ? ` ${"!".repeat(errors.length)}` : ""), want);
  });
}
