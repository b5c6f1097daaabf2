/** Descriptions of config maps, secrets, namespaces, quotas, limit ranges, priority classes, service accounts. */

import { formatLabels } from "../../api/printing/columns.ts";
import { formatQuantity, parseQuantity, quantityOf } from "../../api/quantity.ts";
import { byBytes } from "../../base/go-json.ts";
import type {
  ConfigMap,
  LimitRange,
  Namespace,
  PodDisruptionBudget,
  PriorityClass,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from "../../client/kinds.ts";
import { labelSelectorFrom } from "../pods/selector-text.ts";
import type { Describer } from "./describer.ts";
import { describeEvents } from "./events.ts";
import { type Page, rfc1123 } from "./page.ts";

const keysOf = (map: object | undefined): string[] => Object.keys(map ?? {}).sort(byBytes);

export const describeConfigMap: Describer = async (page, object, around) => {
  const { metadata, data, binaryData } = object as unknown as ConfigMap;
  page.head(metadata);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, "\nData\n====");
  for (const key of keysOf(data)) page.line(0, `${key}:\n----\n${data?.[key]}\n`);
  page.line(0, "\nBinaryData\n====");
  for (const key of keysOf(binaryData))
    page.line(0, `${key}: ${Buffer.from(binaryData?.[key] ?? "", "base64").length} bytes`);
  page.line(0, "");
  await describeEvents(page, object, around);
};

export const describeSecret: Describer = async (page, object) => {
  const { metadata, data, type } = object as unknown as Secret;
  page.head(metadata);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, `\nType:\t${type}`);
  page.line(0, "\nData\n====");
  for (const key of keysOf(data)) {
    const bytes = Buffer.from(data?.[key] ?? "", "base64");
    const open = key === "token" && type === "kubernetes.io/service-account-token";
    page.field(key, open ? bytes.toString() : `${bytes.length} bytes`);
  }
};

export const describeServiceAccount: Describer = async (page, object, around) => {
  const { metadata, imagePullSecrets } = object as unknown as ServiceAccount;
  page.head(metadata);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  const names = (imagePullSecrets ?? []).map(({ name }) => name);
  const [first = "<none>", ...others] = names;
  page.line(0, `Image pull secrets:\t${first}`);
  for (const name of others) page.line(0, `                   \t${name}`);
  await describeEvents(page, object, around);
};

export const describeNamespace: Describer = async (page, object, around) => {
  const { metadata, status } = object as unknown as Namespace;
  page.field("Name", metadata.name);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("Status", status?.phase ?? "");
  if (status?.conditions?.length) {
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t------------------\t------\t-------");
    for (const c of status.conditions)
      page.line(1, `${c.type}\t${c.status}\t${rfc1123(c.lastTransitionTime)}\t${c.reason ?? ""}\t${c.message ?? ""}`);
  }
  page.line(0, "");
  quotas(page, (await around.list("resourcequotas", metadata.name)) as unknown as readonly ResourceQuota[]);
  page.line(0, "");
  limitRanges(page, (await around.list("limitranges", metadata.name)) as unknown as readonly LimitRange[]);
};

function quotas(page: Page, list: readonly ResourceQuota[]): void {
  if (!list.length) {
    page.line(0, "No resource quota.");
    return;
  }
  page.line(0, "Resource Quotas");
  for (const quota of list.toSorted((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1))) {
    page.field("Name", quota.metadata.name, 1);
    scopes(page, quota, 1, "* ");
    page.line(1, "Resource\tUsed\tHard");
    page.line(1, "--------\t---\t---");
    usage(page, quota, 1);
  }
}

const scopeTexts: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort:
    "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort:
    "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

function scopes(page: Page, { spec }: ResourceQuota, level: number, star: string): void {
  const names = [...(spec?.scopes ?? [])].sort();
  if (!names.length) return;
  page.field("Scopes", names.join(", "), level);
  for (const name of names) if (scopeTexts[name]) page.line(level, `${star}${scopeTexts[name]}`);
}

function usage(page: Page, { status }: ResourceQuota, level: number): void {
  for (const name of keysOf(status?.hard)) {
    const hard = status?.hard?.[name] ?? "0";
    page.line(level, `${name}\t${inFormatOf(hard, status?.used?.[name] ?? "0")}\t${formatQuantity(quantityOf(hard))}`);
  }
}

/** The used amount, written as the limit is. */
function inFormatOf(hard: string, used: string): string {
  const [limit, amount] = [parseQuantity(hard), parseQuantity(used)];
  if ("error" in limit || "error" in amount) return used;
  return formatQuantity({ ...amount, format: limit.format });
}

export const describeQuota: Describer = async (page, object) => {
  const quota = object as unknown as ResourceQuota;
  page.head(quota.metadata);
  scopes(page, quota, 0, " * ");
  page.line(0, "Resource\tUsed\tHard");
  page.line(0, "--------\t----\t----");
  usage(page, quota, 0);
};

const limitColumns = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const limitRule = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

function limitRanges(page: Page, list: readonly LimitRange[]): void {
  if (!list.length) {
    page.line(0, "No LimitRange resource.");
    return;
  }
  page.line(0, `Resource Limits\n ${limitColumns}\n ${limitRule}`);
  for (const range of list) limits(page, range, " ");
}

function limits(page: Page, { spec }: LimitRange, prefix: string): void {
  for (const { type, max, min, default: limit, defaultRequest, maxLimitRequestRatio } of spec?.limits ?? []) {
    const maps = [min, max, defaultRequest, limit, maxLimitRequestRatio];
    const names = new Set(maps.flatMap((map) => keysOf(map)));
    for (const name of [...names].sort()) {
      const cells = maps.map((map) => (map?.[name] === undefined ? "-" : formatQuantity(quantityOf(map[name]))));
      page.line(0, `${prefix}${type}\t${name}\t${cells.join("\t")}`);
    }
  }
}

export const describeLimitRange: Describer = async (page, object) => {
  const range = object as unknown as LimitRange;
  page.head(range.metadata);
  page.line(0, `${limitColumns}\n${limitRule}`);
  limits(page, range, "");
};

export const describePriorityClass: Describer = async (page, object, around) => {
  const { metadata, value, globalDefault, preemptionPolicy, description } = object as unknown as PriorityClass;
  page.field("Name", metadata.name);
  page.field("Value", value);
  page.field("GlobalDefault", globalDefault ?? false);
  page.field("PreemptionPolicy", preemptionPolicy ?? "");
  page.field("Description", description ?? "");
  page.field("Annotations", formatLabels(metadata.annotations));
  await describeEvents(page, object, around);
};

export const describeDisruptionBudget: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as PodDisruptionBudget;
  page.head(metadata);
  if (spec?.minAvailable !== undefined) page.field("Min available", spec.minAvailable);
  else if (spec?.maxUnavailable !== undefined) page.field("Max unavailable", spec.maxUnavailable);
  page.field("Selector", spec?.selector ? labelSelectorFrom(spec.selector) : "<unset>");
  page.line(0, "Status:");
  page.field("Allowed disruptions", status?.disruptionsAllowed ?? 0, 2);
  page.field("Current", status?.currentHealthy ?? 0, 2);
  page.field("Desired", status?.desiredHealthy ?? 0, 2);
  page.field("Total", status?.expectedPods ?? 0, 2);
  await describeEvents(page, object, around);
};
