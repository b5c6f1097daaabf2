/** `cox create service TYPE` and `cox create ingress`. */
import type { FlagSet, Flags } from "../../flags.ts";
import { VerbError } from "../failures.ts";
import type { Generator } from "./generator.ts";
import { pairs } from "./generator.ts";

interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort: number | string;
  readonly nodePort?: number;
}

/** `80:8080`, `80`. */
function portOf(text: string, nodePort: number): ServicePort {
  const [first = "", second = first] = text.split(":");
  const port = Number(first);
  if (!/^\d+$/.test(first) || port < 1 || port > 65535)
    throw new VerbError(`${first || text} is not a valid port number.`);
  return {
    name: text.replace(":", "-"),
    ...(nodePort > 0 && { nodePort }),
    port,
    protocol: "TCP",
    targetPort: /^\d+$/.test(second) ? Number(second) : second,
  };
}

const tcp: FlagSet = { tcp: { kind: "csv", help: "port or port:target port" } };
const nodePort: FlagSet = { "node-port": { kind: "number", help: "the port on every node" } };

function service(type: string, more: (name: string, flags: Flags) => object): Generator["object"] {
  return (name, flags) => {
    const ports = flags.all("tcp").map((text) => portOf(text, flags.number("node-port")));
    if (!ports.length && type !== "ExternalName" && flags.text("clusterip") !== "None")
      throw new VerbError("at least one tcp port specifier must be provided");
    const spec = { ...more(name, flags), ...(ports.length && { ports }), selector: { app: name }, type };
    const status = { loadBalancer: {} };
    return { apiVersion: "v1", kind: "Service", metadata: { labels: { app: name }, name }, spec, status };
  };
}

export const clusterIp: Generator = {
  name: "clusterip",
  summary: "A service with an address in the cluster",
  usage: "NAME [--tcp=port:targetPort] [--clusterip=ADDRESS|None]",
  flags: { ...tcp, clusterip: { kind: "text", help: "its address; None: it has none" } },
  resource: "services",
  failure: "failed to create ClusterIP service: ",
  object: service("ClusterIP", (_name, flags) =>
    flags.text("clusterip") ? { clusterIP: flags.text("clusterip") } : {},
  ),
};

export const nodePortService: Generator = {
  name: "nodeport",
  summary: "A service with a port on every node",
  usage: "NAME --tcp=port:targetPort [--node-port=PORT]",
  flags: { ...tcp, ...nodePort },
  resource: "services",
  failure: "failed to create NodePort service: ",
  object: service("NodePort", () => ({})),
};

export const loadBalancer: Generator = {
  name: "loadbalancer",
  summary: "A service with a load balancer",
  usage: "NAME --tcp=port:targetPort",
  flags: tcp,
  resource: "services",
  failure: "failed to create LoadBalancer service: ",
  object: service("LoadBalancer", () => ({})),
};

export const externalName: Generator = {
  name: "externalname",
  summary: "A service that is a name outside",
  usage: "NAME --external-name=NAME",
  flags: { ...tcp, "external-name": { kind: "text", help: "the name" } },
  required: ["external-name"],
  resource: "services",
  failure: "failed to create ExternalName service: ",
  object: service("ExternalName", (_name, flags) => ({ externalName: flags.text("external-name") })),
};

const ruleForm =
  /^(?<host>[^/]*)(?<path>\/[^=*]*)?(?<prefix>\*)?=(?<service>[^:,]+):(?<port>[^,]+)(?<tls>,tls(?:=(?<secret>.*))?)?$/;

export const ingress: Generator = {
  name: "ingress",
  aliases: ["ing"],
  summary: "An ingress",
  usage: "NAME --rule=host/path=service:port[,tls[=secret]]",
  flags: {
    rule: { kind: "list", help: "host/path=service:port[,tls[=secret]]" },
    class: { kind: "text", help: "the ingress class" },
    annotation: { kind: "list", help: "key=value" },
    "default-backend": { kind: "text", help: "service:port" },
  },
  resource: "ingresses.networking.k8s.io",
  failure: "failed to create ingress: ",
  object(name, flags) {
    if (!flags.given("rule") && !flags.given("default-backend"))
      throw new VerbError(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    const hosts = new Map<string, object[]>();
    const tls = new Map<string, string[]>();
    for (const text of flags.all("rule")) {
      const part = ruleForm.exec(text)?.groups;
      if (!part)
        throw new VerbError(`rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
      const { host = "", path = "/", prefix, service: to = "", port = "", secret } = part;
      const pathType = prefix ? "Prefix" : "Exact";
      hosts.set(host, [...(hosts.get(host) ?? []), { backend: backend(to, port), path, pathType }]);
      if (part.tls !== undefined)
        tls.set(secret ?? "", [...new Set([...(tls.get(secret ?? "") ?? []), ...(host ? [host] : [])])]);
    }
    const [toAll, portOfAll] = flags.text("default-backend").split(":");
    const spec = {
      ...(toAll && { defaultBackend: backend(toAll, portOfAll ?? "") }),
      ...(flags.text("class") && { ingressClassName: flags.text("class") }),
      ...(hosts.size && { rules: [...hosts].map(([host, paths]) => ({ ...(host && { host }), http: { paths } })) }),
      ...(tls.size && {
        tls: [...tls].map(([secretName, names]) => ({
          ...(names.length && { hosts: names }),
          ...(secretName && { secretName }),
        })),
      }),
    };
    const annotations = flags.given("annotation") ? { annotations: pairs(flags.all("annotation")) } : {};
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...annotations, name },
      spec,
      status: { loadBalancer: {} },
    };
  },
};

const backend = (name: string, port: string): object => ({
  service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
});
