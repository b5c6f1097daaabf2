/** busybox: all the small programs, and little else. */
import { type FolderNode, folder, link } from "../files/node.ts";
import { type ImageDefinition, programsIn, versionsOf, withFiles } from "./image.ts";

export const applets = [
  ..."[ ash awk base64 basename busybox cat chgrp chmod chown clear cmp cp cut date dd df diff dirname dmesg du echo egrep env".split(
    " ",
  ),
  ..."expr false fgrep find fold free grep gunzip gzip head hexdump hostname httpd id ifconfig ip kill killall ln ls md5sum".split(
    " ",
  ),
  ..."mkdir mktemp mount mv nc netstat nice nl nohup nproc nslookup od paste pgrep pidof ping pkill printenv printf ps pwd".split(
    " ",
  ),
  ..."readlink realpath rev rm rmdir sed seq setsid sh sha1sum sha256sum sha512sum sleep sort stat strings su sync tac tail tar".split(
    " ",
  ),
  ..."tee telnet test time timeout top touch tr true truncate tty umount uname uniq unlink uptime users usleep wc wget".split(
    " ",
  ),
  ..."which who whoami xargs xxd yes zcat arch groups logger hd".split(" "),
];

/** Folders that every image has. */
export const emptyRoot: FolderNode = withFiles(folder(), {
  "/tmp": folder(0o1777),
  "/root": folder(0o700),
  ...Object.fromEntries(
    ["bin", "dev", "etc", "home", "proc", "sys", "usr/bin", "usr/sbin", "var/log", "var/tmp"].map((path) => [
      `/${path}`,
      folder(),
    ]),
  ),
});

export const busyboxRoot: FolderNode = withFiles(emptyRoot, {
  ...programsIn("/bin", applets),
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nsys:x:3:3:sys:/dev:/bin/false\nsync:x:4:100:sync:/bin:/bin/sync\nmail:x:8:8:mail:/var/spool/mail:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\noperator:x:37:37:Operator:/var:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
  "/etc/group":
    "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\nmail:x:8:\nkmem:x:9:\nwheel:x:10:root\ncdrom:x:11:\ndialout:x:18:\nfloppy:x:19:\nvideo:x:28:\naudio:x:29:\ntape:x:32:\nwww-data:x:33:\noperator:x:37:\nutmp:x:43:\nplugdev:x:46:\nstaff:x:50:\nlock:x:54:\nnetdev:x:82:\nusers:x:100:\nnobody:x:65534:\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "/lib": folder(),
  "/lib64": link("lib"),
});

export const busybox: ImageDefinition = {
  repository: "docker.io/library/busybox",
  version: versionsOf(
    {
      "1.24": 2,
      "1.25": 1,
      "1.26": 2,
      "1.27": 2,
      "1.28": 4,
      "1.29": 3,
      "1.30": 1,
      "1.31": 1,
      "1.32": 1,
      "1.33": 1,
      "1.34": 1,
      "1.35": 0,
      "1.36": 1,
      "1.37": 0,
    },
    { suffix: "glibc|musl|uclibc", names: { stable: "1.36.1", unstable: "1.37.0" } },
  ),
  size: 2_200_000,
  command: ["sh"],
  groups: [10],
  root: () => busyboxRoot,
};
