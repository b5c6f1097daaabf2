/** nginx, on Debian or Alpine as its tag says. */
import { link } from "../files/node.ts";
import { alpineFiles } from "./alpine.ts";
import { busyboxRoot } from "./busybox.ts";
import { debianRoot } from "./debian.ts";
import { type ImageDefinition, programsIn, versionsOf, withFiles } from "./image.ts";

const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html>\n<head>\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body>\n</html>\n`;

const mainConfig = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    access_log  /var/log/nginx/access.log;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
`;
const defaultServer = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const last = {
  ...{
    "1.7": 12,
    "1.8": 1,
    "1.9": 15,
    "1.10": 3,
    "1.11": 13,
    "1.12": 2,
    "1.13": 12,
    "1.14": 2,
    "1.15": 12,
    "1.16": 1,
    "1.17": 10,
  },
  ...{
    "1.18": 0,
    "1.19": 10,
    "1.20": 2,
    "1.21": 6,
    "1.22": 1,
    "1.23": 4,
    "1.24": 0,
    "1.25": 5,
    "1.26": 3,
    "1.27": 5,
    "1.28": 0,
    "1.29": 3,
  },
};

export const nginx: ImageDefinition = {
  repository: "docker.io/library/nginx",
  version: versionsOf(last, {
    suffix:
      "alpine|alpine-slim|alpine-perl|perl|otel|bookworm|trixie|bullseye|bookworm-perl|alpine-otel|alpine3\\.\\d+",
    names: { stable: "1.28.0", mainline: "1.29.3" },
  }),
  size: 68_000_000,
  command: ["nginx", "-g", "daemon off;"],
  env: (version) => ({ NGINX_VERSION: version, PKG_RELEASE: "1~bookworm" }),
  root: (version, tag) => {
    const isAlpine = tag.includes("alpine");
    return withFiles(isAlpine ? busyboxRoot : debianRoot, {
      ...programsIn("/usr/bin", ["curl"]),
      ...programsIn("/usr/sbin", ["nginx"]),
      ...(isAlpine && alpineFiles("3.20.3")),
      "/usr/share/nginx/html/index.html": page("Welcome to nginx!", `This is nginx ${version}, on a simulated node.`),
      "/usr/share/nginx/html/50x.html": page(
        "An error occurred.",
        "Sorry, the page you are looking for is currently unavailable.",
      ),
      "/etc/nginx/nginx.conf": mainConfig,
      "/etc/nginx/mime.types": "types {\n    text/html  html htm;\n}\n",
      "/etc/nginx/conf.d/default.conf": defaultServer,
      "/var/log/nginx/access.log": link("/dev/stdout"),
      "/var/log/nginx/error.log": link("/dev/stderr"),
    });
  },
};
