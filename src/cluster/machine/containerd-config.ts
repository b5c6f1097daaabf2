/** The configuration of a node's containerd: its own folders, and nothing it does not need. */
import { mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface ContainerdSettings {
  readonly root: string;
  readonly state: string;
  readonly socket: string;
  /** Where streams (exec, attach, port-forward) are served: the node's own address, for the kubelet is outside. */
  readonly streamAddress: string;
  readonly cniConfig: string;
  readonly cniPlugins: string;
  /** A folder with a `hosts.toml` per registry. */
  readonly registries: string;
  readonly sandboxImage: string;
}

/** What containerd starts by default and no node of ours uses. It skips names that its version does not know. */
const unused = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.erofs",
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.restart",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
];

const capSysResource = 24n;
const overlayMagic = 0x794c7630;

/** Without CAP_SYS_RESOURCE a process may not lower its OOM score, and runc fails when it is asked to. */
function mayLowerOomScore(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> capSysResource) & 1n) === 1n;
}

/** The overlay file system cannot lie on another overlay, as when we run in a container ourselves. */
const snapshotter = (root: string): string => (statfsSync(root).type === overlayMagic ? "native" : "overlayfs");

/** Version 2 of the format: read by containerd 1.6 and 1.7, and by 2.x, which translates it. */
export function containerdConfig(settings: ContainerdSettings): string {
  const text = JSON.stringify;
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `version = 2
root = ${text(settings.root)}
state = ${text(settings.state)}
disabled_plugins = ${text(unused)}

[grpc]
  address = ${text(settings.socket)}

[plugins."io.containerd.nri.v1.nri"]
  disable = true

[${cri}]
  sandbox_image = ${text(settings.sandboxImage)}
  stream_server_address = ${text(settings.streamAddress)}
  stream_server_port = "${streamPort}"
  netns_mounts_under_state_dir = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  restrict_oom_score_adj = ${!mayLowerOomScore()}

[${cri}.cni]
  bin_dir = ${text(settings.cniPlugins)}
  conf_dir = ${text(settings.cniConfig)}

[${cri}.registry]
  config_path = ${text(settings.registries)}

[${cri}.containerd]
  snapshotter = ${text(snapshotter(settings.root))}
  default_runtime_name = "runc"
  discard_unpacked_layers = true

[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false
  Root = ${text(path.join(settings.state, "runc"))}
`;
}

/** Each node has its own address, so the port can be the same everywhere. */
export const streamPort = 10010;

/**
 * Where images named by `registry` (`docker.io`) come from instead. The mirror stands for the registry wholly: what it
 * does not have is not looked for elsewhere. Read at every pull.
 */
export function writeMirror(registries: string, registry: string, url: string): void {
  const folder = path.join(registries, registry);
  mkdirSync(folder, { recursive: true });
  const lines = [
    `server = ${JSON.stringify(url)}`,
    "",
    `[host.${JSON.stringify(url)}]`,
    '  capabilities = ["pull", "resolve"]',
    // a path of its own stands for `/v2`
    ...(new URL(url).pathname === "/" ? [] : ["  override_path = true"]),
  ];
  writeFileSync(path.join(folder, "hosts.toml"), `${lines.join("\n")}\n`);
}
