/** `cox events` and `cox top`. */

import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf } from "../../client/http/discovery.ts";
import { pathOf } from "../../client/http/rest-client.ts";
import type { Event } from "../../client/kinds.ts";
import { interval, lastSeen } from "../describe/events.ts";
import { Page } from "../describe/page.ts";
import { listOf, objectPrinter } from "../output/printers.ts";
import { TableWriter } from "../output/tab-writer.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import { outputFlag, type Verb } from "./verb.ts";

export const events: Verb = {
  name: "events",
  summary: "Show events, in the order in which they happened",
  usage: "[--for TYPE/NAME] [--types=Normal,Warning] [--watch]",
  flags: {
    ...outputFlag,
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    for: { kind: "text", help: "of this object" },
    types: { kind: "csv", help: "Normal, Warning" },
    watch: { kind: "switch", short: "w", help: "go on with what happens" },
    "no-headers": { kind: "switch", help: "no line of headers" },
    "chunk-size": { kind: "number", default: "500" },
  },
  async run(session, flags) {
    const types = flags.all("types").map((type) => type.toLowerCase());
    if (types.some((type) => type !== "normal" && type !== "warning"))
      throw new VerbError("valid --types are Normal or Warning");
    const resource = await session.resource("events");
    const namespace = flags.on("all-namespaces") ? undefined : session.namespace;
    const fieldSelector = flags.given("for") ? await about(session, flags.text("for")) : undefined;
    const wanted = ({ type = "" }: Event): boolean => !types.length || types.includes(type.toLowerCase());
    const { items, metadata } = await session.client.list(resource, namespace, { fieldSelector, limit: "500" });
    const time = (event: Event): number => Date.parse(lastSeen(event) ?? "") || 0;
    const found = (items as unknown as readonly Event[]).filter(wanted).toSorted((a, b) => time(a) - time(b));
    const writer = new EventWriter(session);
    if (!found.length && !flags.on("watch"))
      return session.err(
        flags.on("all-namespaces") ? "No events found.\n" : `No events found in ${session.namespace} namespace.\n`,
      );
    writer.print(found);
    if (!flags.on("watch")) return;
    const query = { fieldSelector, resourceVersion: metadata.resourceVersion };
    for await (const { type, object } of session.client.watch<Event>(
      pathOf(resource, namespace),
      query,
      session.environment.interrupted(),
    ))
      if (type !== "DELETED" && type !== "BOOKMARK" && wanted(object)) writer.print([object]);
  },
};

async function about(session: Session, word: string): Promise<string> {
  const [type, name, ...more] = word.split("/");
  if (!type || !name || more.length)
    throw new VerbError(
      more.length
        ? "arguments in resource/name form may not have more than one slash"
        : "--for must be in resource/name form",
    );
  const resource = await session.resource(type);
  return `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${groupVersionOf(resource)},involvedObject.name=${name}`;
}

class EventWriter {
  readonly #session: Session;
  readonly #table = new TableWriter();
  #headed: boolean;

  constructor(session: Session) {
    this.#session = session;
    this.#headed = session.flags.on("no-headers");
  }

  print(list: readonly Event[]): void {
    const { flags, environment } = this.#session;
    const output = flags.text("output");
    if (output && output !== "wide") {
      const printer = objectPrinter(output, {
        nameOf: (object) => `event/${object.metadata.name}`,
        showManagedFields: false,
        noHeaders: false,
        cwd: environment.cwd,
      });
      const objects = list.map((event) => ({
        apiVersion: "v1",
        kind: "Event",
        ...event,
      })) as unknown as readonly KubeObject[];
      this.#session.out(printer(listOf(objects)));
      return;
    }
    const everywhere = flags.on("all-namespaces");
    const page = new Page(environment.clock.now());
    const rows = list.map((event) => [
      ...(everywhere ? [event.metadata.namespace ?? ""] : []),
      interval(page, event),
      event.type ?? "",
      event.reason ?? "",
      `${event.involvedObject.kind}/${event.involvedObject.name}`,
      (event.message ?? "").trim(),
    ]);
    const head = [...(everywhere ? ["NAMESPACE"] : []), "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    this.#session.out(this.#table.lines([...(this.#headed ? [] : [head]), ...rows]));
    this.#headed = true;
  }
}

interface Usage {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly usage?: Readonly<Record<string, string>>;
  readonly containers?: readonly { readonly usage: Readonly<Record<string, string>> }[];
}

const topOf = (name: "node" | "pod", aliases: readonly string[], path: (session: Session) => string): Verb => ({
  name,
  aliases,
  summary: `Show what ${name}s use`,
  usage: "[NAME | -l SELECTOR]",
  flags: {
    selector: { kind: "text", short: "l", help: "select by labels" },
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    "no-headers": { kind: "switch", help: "no line of headers" },
    "sort-by": { kind: "text", help: "cpu or memory" },
  },
  async run(session, flags) {
    const served = (await session.discovery()).resources.some(({ group }) => group === "metrics.k8s.io");
    if (!served) throw new VerbError("Metrics API not available");
    const query = { labelSelector: flags.text("selector") || undefined };
    const { items } = await session.client.json<{ items: readonly Usage[] }>({ path: path(session), query });
    const found = items.filter(({ metadata }) => !flags.args.length || flags.args.includes(metadata.name ?? ""));
    const rows = found.map(({ metadata, usage, containers }) => {
      const all = usage ? [usage] : (containers ?? []).map((one) => one.usage);
      const sum = (of: string): number => all.reduce((total, one) => total + amount(one[of] ?? "0"), 0);
      const place = flags.on("all-namespaces") ? [metadata.namespace ?? ""] : [];
      return [
        ...place,
        metadata.name ?? "",
        `${Math.ceil(sum("cpu") * 1000)}m`,
        `${Math.floor(sum("memory") / 1048576)}Mi`,
      ];
    });
    const head = [...(flags.on("all-namespaces") ? ["NAMESPACE"] : []), "NAME", "CPU(cores)", "MEMORY(bytes)"];
    session.out(new TableWriter().lines([...(flags.on("no-headers") ? [] : [head]), ...rows]));
  },
});

const scales: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, Ki: 1024, Mi: 1048576, Gi: 1073741824 };
const amount = (text: string): number => {
  const [, count = "0", unit = ""] = /^([\d.]+)(.*)$/.exec(text) ?? [];
  return Number(count) * (scales[unit] ?? 1);
};

export const top: Verb = {
  name: "top",
  summary: "Show what nodes and pods use",
  below: [
    topOf("node", ["nodes", "no"], () => "/apis/metrics.k8s.io/v1beta1/nodes"),
    topOf("pod", ["pods", "po"], (session) =>
      session.flags.on("all-namespaces")
        ? "/apis/metrics.k8s.io/v1beta1/pods"
        : `/apis/metrics.k8s.io/v1beta1/namespaces/${session.namespace}/pods`,
    ),
  ],
};
