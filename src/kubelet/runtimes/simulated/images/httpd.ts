/** Apache's web server. */
import { debianRoot } from "./debian.ts";
import { type ImageDefinition, programsIn, versionsOf, withFiles } from "./image.ts";

export const httpd: ImageDefinition = {
  repository: "docker.io/library/httpd",
  version: versionsOf({ "2.4": 65 }, { suffix: "alpine|bookworm|trixie|alpine3\\.\\d+" }),
  size: 57_000_000,
  command: ["httpd-foreground"],
  workingDir: "/usr/local/apache2",
  env: (version) => ({ HTTPD_PREFIX: "/usr/local/apache2", HTTPD_VERSION: version }),
  root: () =>
    withFiles(debianRoot, {
      ...programsIn("/usr/local/bin", ["httpd-foreground"]),
      "/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n",
    }),
};
