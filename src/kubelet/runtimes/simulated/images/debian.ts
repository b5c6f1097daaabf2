/** What images that are made from Debian have: no busybox, and no programs about processes or the network. */
import type { FolderNode } from "../files/node.ts";
import { emptyRoot } from "./busybox.ts";
import { programsIn, withFiles } from "./image.ts";

const programs = [
  ..."[ arch awk base64 basename bash cat chgrp chmod chown clear cmp cp cut date dash dd df diff dirname du echo egrep env expr".split(
    " ",
  ),
  ..."false fgrep find fold grep groups gunzip gzip head hostname id kill ln ls md5sum mkdir mktemp mount mv nice nl nohup".split(
    " ",
  ),
  ..."nproc od paste printenv printf pwd readlink realpath rm rmdir sed seq setsid sh sha1sum sha256sum sha512sum sleep sort".split(
    " ",
  ),
  ..."stat su sync tac tail tar tee test timeout touch tr true truncate tty umount uname uniq users wc which who whoami xargs yes zcat".split(
    " ",
  ),
];

export const debianRoot: FolderNode = withFiles(emptyRoot, {
  ...programsIn("/usr/bin", programs),
  ...programsIn("/bin", ["sh", "bash"]),
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\nnginx:x:101:101:nginx user:/nonexistent:/bin/false\n",
  "/etc/group":
    "root:x:0:\ndaemon:x:1:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nwww-data:x:33:\nstaff:x:50:\nusers:x:100:\nnginx:x:101:\nnogroup:x:65534:\n",
  "/etc/os-release":
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nID=debian\n',
  "/etc/debian_version": "12.11\n",
});
