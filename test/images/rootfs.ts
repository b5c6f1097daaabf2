/** What is in the test images, as lists of files: made of Debian's busybox-static, nginx-light and bash. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";

export type Entry =
  | { readonly kind: "file"; readonly path: string; readonly body: Uint8Array | string; readonly mode?: number }
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  | { readonly kind: "folder"; readonly path: string; readonly mode?: number };

const folder = (path: string, mode = 0o755): Entry => ({ kind: "folder", path, mode });
const file = (path: string, body: Uint8Array | string, mode = 0o644): Entry => ({ kind: "file", path, body, mode });
const link = (path: string, to: string): Entry => ({ kind: "link", path, to });

/** The programs that the images are made of; throws in words that help when one is missing. */
export function program(name: "busybox" | "nginx" | "bash"): string {
  const found = [`/bin/${name}`, `/usr/bin/${name}`, `/usr/sbin/${name}`].find((path) => existsSync(path));
  const packages = { busybox: "busybox-static", nginx: "nginx-light", bash: "bash" };
  if (!found) throw new Error(`${name} is not on this machine: apt-get install ${packages[name]}`);
  return realpathSync(found);
}

/** Users by name; every image has `root` and `nobody`. */
const accounts = (extra: readonly string[] = []): Entry[] => [
  folder("etc"),
  file(
    "etc/passwd",
    ["root:x:0:0:root:/root:/bin/sh", "nobody:x:65534:65534:nobody:/home:/bin/false", ...extra, ""].join("\n"),
  ),
  file(
    "etc/group",
    ["root:x:0:", "nobody:x:65534:", ...extra.map((line) => `${line.split(":")[0]}:x:101:`), ""].join("\n"),
  ),
  file("etc/nsswitch.conf", "hosts: files dns\n"),
];

const folders: readonly Entry[] = [
  ...["bin", "dev", "home", "proc", "sys", "usr", "usr/bin", "usr/sbin", "var", "var/log", "run"].map((path) =>
    folder(path),
  ),
  folder("root", 0o700),
  folder("tmp", 0o1777),
];

/** busybox under the name of each of its programs. */
export function busyboxFiles(): Entry[] {
  const applets = execFileSync(program("busybox"), ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
  return [
    ...folders,
    ...accounts(),
    file("bin/busybox", readFileSync(program("busybox")), 0o755),
    ...applets.filter((name) => name !== "busybox").map((name) => link(`bin/${name}`, "/bin/busybox")),
  ];
}

/** The shared libraries of a program, with the loader, as `ldd` names them. */
function libraries(path: string): Entry[] {
  const said = execFileSync("ldd", [path], { encoding: "utf8" });
  const paths = [...said.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => match[1] ?? "");
  return paths.map((library) => file(library.slice(1), readFileSync(library), 0o755));
}

const nginxConfig = `user nginx;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  default_type application/octet-stream;
  types { text/html html; text/plain txt; text/css css; application/javascript js; application/json json; }
  log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
  access_log /var/log/nginx/access.log main;
  sendfile on;
  server_tokens off;
  include /etc/nginx/conf.d/*.conf;
}
`;

const nginxSite = `server {
  listen 80;
  server_name localhost;
  location / { root /usr/share/nginx/html; index index.html; }
}
`;

const entrypoint = `#!/bin/sh
set -e
exec "$@"
`;

/** A web server with a shell beside it; \`bash\` too, as the images that are made of Debian have it. */
export function nginxFiles(withBash: boolean): Entry[] {
  const programs = [program("nginx"), ...(withBash ? [program("bash")] : [])];
  const needed = new Map(programs.flatMap(libraries).map((entry) => [entry.path, entry]));
  return [
    ...busyboxFiles(),
    ...accounts(["nginx:x:101:101:nginx:/nonexistent:/bin/false"]),
    ...needed.values(),
    file("usr/sbin/nginx", readFileSync(program("nginx")), 0o755),
    ...(withBash ? [file("bin/bash", readFileSync(program("bash")), 0o755)] : []),
    file("docker-entrypoint.sh", entrypoint, 0o755),
    file("etc/nginx/nginx.conf", nginxConfig),
    file("etc/nginx/conf.d/default.conf", nginxSite),
    ...["body", "fastcgi", "proxy", "scgi", "uwsgi"].map((path) => folder(`var/lib/nginx/${path}`, 0o777)),
    folder("var/lock", 0o1777),
    link("var/log/nginx/access.log", "/dev/stdout"),
    link("var/log/nginx/error.log", "/dev/stderr"),
  ];
}

/** The page, which says the version that the image's tag promises. */
export const nginxPage = (version: string): Entry[] => [
  file(
    "usr/share/nginx/html/index.html",
    `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx! ${version}</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This is nginx ${version}.</p>
</body>
</html>
`,
  ),
  file("usr/share/nginx/html/50x.html", "<!DOCTYPE html>\n<title>Error</title>\n<h1>An error occurred.</h1>\n"),
];
