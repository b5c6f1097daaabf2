/** `cox create deployment|job|cronjob`. */
import type { KubeObject } from "../../../api/object.ts";
import type { FlagSet, Flags } from "../../flags.ts";
import { VerbError } from "../failures.ts";
import type { Session } from "../session.ts";
import { containerName, type Generator } from "./generator.ts";

const image: FlagSet = { image: { kind: "text", help: "the image" } };

/** What stands behind `--`. */
const command = (flags: Flags): readonly string[] => (flags.dash === undefined ? [] : flags.args.slice(flags.dash));

export const deployment: Generator = {
  name: "deployment",
  aliases: ["deploy", "dep"],
  summary: "A deployment of an image",
  usage: "NAME --image=IMAGE [-- COMMAND]",
  flags: {
    image: { kind: "csv", help: "images" },
    replicas: { kind: "number", short: "r", default: "1", help: "how many pods" },
    port: { kind: "number", default: "-1", help: "the port it opens" },
  },
  required: ["image"],
  resource: "deployments.apps",
  failure: "failed to create deployment: ",
  object(name, flags) {
    const images = flags.all("image");
    if (images.length > 1 && command(flags).length)
      throw new VerbError("cannot specify multiple --image options and command");
    const labels = { app: name };
    const port = flags.number("port");
    const containers = images.map((one, i) => ({
      image: one,
      name: containerName(one),
      ...(command(flags).length && { command: command(flags) }),
      ...(i === 0 && port > 0 && { ports: [{ containerPort: port }] }),
      resources: {},
    }));
    const template = { metadata: { labels }, spec: { containers } };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { labels, name },
      spec: { replicas: flags.number("replicas"), selector: { matchLabels: labels }, strategy: {}, template },
      status: {},
    };
  },
};

export const job: Generator = {
  name: "job",
  summary: "A job of an image, or of a cron job",
  usage: "NAME (--image=IMAGE [-- COMMAND] | --from=cronjob/NAME)",
  flags: { ...image, from: { kind: "text", help: "the cron job to run now" } },
  resource: "jobs.batch",
  failure: "failed to create job: ",
  object(name, flags, session) {
    const [from, shown] = [flags.text("from"), flags.text("image")];
    if ((from === "") === (shown === "")) throw new VerbError("either --image or --from must be specified");
    if (from) {
      if (command(flags).length) throw new VerbError("cannot specify --from and command");
      return jobOf(name, from, session);
    }
    const container = { ...(command(flags).length && { command: command(flags) }), image: shown, name, resources: {} };
    return {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name },
      spec: { template: { metadata: {}, spec: { containers: [container], restartPolicy: "Never" } } },
      status: {},
    };
  },
};

async function jobOf(name: string, from: string, session: Session): Promise<object> {
  const [type = "", cronName = ""] = from.includes("/") ? from.split("/") : ["cronjob", from];
  const resource = await session.resource(type);
  const cron = await session.client.get(resource, session.namespace, cronName);
  if (resource.kind !== "CronJob") throw new VerbError(`unknown object type ${resource.kind}`);
  const { spec, metadata } = cron as KubeObject & {
    readonly spec: {
      jobTemplate: { spec: object; metadata?: { labels?: object; annotations?: Record<string, string> } };
    };
  };
  const template = spec.jobTemplate;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...template.metadata?.annotations },
      ...(template.metadata?.labels && { labels: template.metadata.labels }),
      ownerReferences: [
        { apiVersion: "batch/v1", kind: "CronJob", name: metadata.name, uid: metadata.uid, controller: true },
      ],
    },
    spec: template.spec,
  };
}

export const cronJob: Generator = {
  name: "cronjob",
  aliases: ["cj"],
  summary: "A cron job of an image",
  usage: "NAME --image=IMAGE --schedule='0/5 * * * ?' [-- COMMAND]",
  flags: {
    ...image,
    schedule: { kind: "text", help: "when, as cron has it" },
    restart: { kind: "text", default: "OnFailure", help: "the restart policy: OnFailure or Never" },
  },
  required: ["image", "schedule"],
  resource: "cronjobs.batch",
  failure: "failed to create cronjob: ",
  object(name, flags) {
    const container = {
      ...(command(flags).length && { command: command(flags) }),
      image: flags.text("image"),
      name,
      resources: {},
    };
    const pod = { containers: [container], restartPolicy: flags.text("restart") };
    return {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name },
      spec: {
        jobTemplate: { metadata: { name }, spec: { template: { metadata: {}, spec: pod } } },
        schedule: flags.text("schedule"),
      },
      status: {},
    };
  },
};
