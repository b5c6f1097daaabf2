/**
 * The API server alone on a durable store, loaded by a second process with all checks on: TLS, RBAC, admission, validation,
 * managed fields. Pods are 2.5 KB as sent. The yardsticks are a kube-apiserver with etcd.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Server } from "./api-server.ts";
import { type Figure, median, upstream } from "./figure.ts";
import { load, request, type Target } from "./http-load.ts";
import { burst } from "./watchers.ts";

const pods = "/api/v1/namespaces/default/pods";
const rates = { unit: "per s", of: upstream } as const;

/** A pod of 2.5 KB in JSON. */
function pod(name: string): string {
  const env = Array.from({ length: 24 }, (_, i) => ({
    name: `SETTING_${i}`,
    value: `the value of setting ${i}, which is text`,
  }));
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "bench", tier: "load" }, annotations: { "example.com/note": "n".repeat(120) } },
    spec: {
      containers: [
        {
          name: "main",
          image: "example.com/app:1.0",
          env,
          ports: [{ containerPort: 8080 }],
          resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
          readinessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 5 },
        },
      ],
    },
  });
}

/** 200 lines in YAML: a Deployment of four containers. */
function deployment(revision: number): string {
  const container = (i: number): object => ({
    name: `part-${i}`,
    image: `example.com/part-${i}:${revision}`,
    env: Array.from({ length: 16 }, (_, k) => ({ name: `SETTING_${k}`, value: `value-${k}` })),
    ports: [{ containerPort: 8000 + i, name: `port-${i}` }],
    resources: { requests: { cpu: "10m", memory: "16Mi" } },
  });
  return JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "applied", labels: { app: "applied" } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "applied" } },
      template: { metadata: { labels: { app: "applied" } }, spec: { containers: [0, 1, 2, 3].map(container) } },
    },
  });
}

async function creates(target: Target): Promise<Figure[]> {
  const make = (prefix: string) => (i: number) => request("POST", pods, pod(`${prefix}-${i}`));
  await load(target, 16, 1500, make("warm"));
  const one = await load(target, 1, 1000, make("one"));
  const many = await load(target, 64, 7500, make("many"));
  return [
    { name: "create a pod, 1 in flight", value: one.rate, yardstick: 445, ...rates },
    { name: "create a pod, 64 in flight", value: many.rate, yardstick: 932, ...rates },
  ];
}

async function reads(target: Target): Promise<Figure[]> {
  const one = (i: number): Buffer => request("GET", `${pods}/many-${i % 7500}`);
  await load(target, 16, 4000, one);
  const sixteen = await load(target, 16, 20_000, one);
  const many = await load(target, 128, 20_000, one);
  const list = await load(target, 1, 5, () => request("GET", pods));
  return [
    { name: "get a pod, 16 in flight", value: sixteen.rate, yardstick: 2892, ...rates },
    { name: "get a pod, 128 in flight", value: many.rate, yardstick: 3738, ...rates },
    { name: "list 10,000 pods", value: median(list.took), unit: "ms", yardstick: 975, of: upstream },
  ];
}

async function applies(target: Target): Promise<Figure> {
  const to = "/apis/apps/v1/namespaces/default/deployments/applied?fieldManager=bench&force=true";
  const { took } = await load(target, 1, 300, (i) =>
    request("PATCH", to, deployment(i), "application/apply-patch+yaml", "application/json"),
  );
  const value = median(took.slice(100));
  return { name: "server-side apply of 200 lines", value, unit: "ms", yardstick: 7.7, of: upstream };
}

export async function apiBenchmark(): Promise<readonly Figure[]> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "coxswain-bench-"));
  const server = await Server.start(directory);
  try {
    const { target } = server;
    await load(target, 1, 1, () => request("POST", "/api/v1/namespaces/default/serviceaccounts", account));
    const created = await creates(target);
    const memory = server.resident;
    return [
      ...created,
      { name: "memory with 10,000 pods", value: memory, unit: "MB", yardstick: 1400, of: upstream },
      ...(await reads(target)),
      await applies(target),
      ...(await burst(target, (series, i) => request("POST", pods, pod(`${series}-${i}`)))),
    ];
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
}

/** Made by a controller otherwise; admission asks for it. */
const account = JSON.stringify({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
