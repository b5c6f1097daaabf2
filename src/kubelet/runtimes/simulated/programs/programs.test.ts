/** The small programs of busybox, as people use them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts of a shell are full of them
import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript, scripts } from "../script-contract-suite.ts";
import { bytesOf, textOf } from "../streams/input.ts";

scripts("files", [
  ["ls /config", "colour\n"],
  ["mkdir -p /a/b/c; touch /a/x /a/.h; ls /a; ls -a /a; ls -d /a; ls -F /a", "b\nx\n.\n..\n.h\nb\nx\n/a\nb/\nx\n"],
  ["touch /a; chmod 640 /a; chown 1000:50 /a; ls -ln /a | tr -s ' ' | cut -d' ' -f1-5", "-rw-r----- 1 1000 50 0\n"],
  [
    "stat -c '%A %a %u:%g %s %F %n' /etc/hostname /tmp /bin/ls",
    "-rw-r--r-- 644 0:0 4 regular file /etc/hostname\ndrwxrwxrwt 1777 0:0 4096 directory /tmp\n-rwxr-xr-x 755 0:0 6 regular file /bin/ls\n",
  ],
  [
    "echo x > /a; chmod u+x,g=,o-r /a; stat -c %a /a; chmod +t /tmp; mkdir /d; chmod g+s /d; stat -c %A /d",
    "700\ndrwxr-sr-x\n",
  ],
  ["cp /config/colour /c; cat /c; cp -r /etc /e; ls /e | grep -c hostname; mv /c /d; ls /c; cat /d", "blue1\nblue"],
  [
    "mkdir /d; echo 1 > /d/f; mv /d /e; cat /e/f; mv /e/f /config/x",
    "1\n",
    1,
    "mv: can't rename '/e/f': Read-only file system\n",
  ],
  ["echo 1 > /a; ln -s /a /l; cat /l; readlink /l; ln /a /h; echo 2 > /a; cat /h; rm /a; cat /h", "1\n/a\n2\n2\n"],
  [
    "mkdir /d; touch /d/f; rmdir /d; rm /d; rm -r /d; ls -d /d",
    "",
    1,
    "rmdir: '/d': Directory not empty\nrm: '/d' is a directory\nls: /d: No such file or directory\n",
  ],
  ["mkdir /etc", "", 1, "mkdir: can't create directory '/etc': File exists\n"],
  ["rm /none; rm -f /none", "", 0, "rm: can't remove '/none': No such file or directory\n"],
  [
    "mkdir -p /f/d; echo hi > /f/a.txt; touch /f/d/b.txt; cd /f; find . -name '*.txt' | sort; find /f -type d",
    "./a.txt\n./d/b.txt\n/f\n/f/d\n",
  ],
  [
    "mkdir -p /f/d; touch /f/d/b; find /f -maxdepth 1 ! -name f; find /f -name b -exec echo got {} ';'; find /f -type f -delete; find /f",
    "/f/d\ngot /f/d/b\n/f\n/f/d\n",
  ],
  [
    "mkdir -p /t/in; echo deep > /t/in/f; cd /; tar czf /x.tgz t; rm -r /t; tar xzf /x.tgz; cat /t/in/f; tar tf /x.tgz",
    "deep\nt/\nt/in/\nt/in/f\n",
  ],
  ["head -c 100 /dev/zero > /small/a; head -c 5000 /dev/zero > /small/b", "", 1, "head: No space left on device\n"],
  ["du -s /config; df -P /small | tail -n 1 | tr -s ' ' | cut -d' ' -f1,2,6", "8\t/config\ntmpfs 4 /small\n"],
  ["grep ' /small ' /proc/mounts", "tmpfs /small tmpfs rw,relatime,size=4k,inode64 0 0\n"],
  ["basename /a/b.txt .txt; dirname /a/b.txt; realpath /tmp/../etc", "b\n/a\n/etc\n"],
  ["echo a | tee /t1 /t2; cat /t1 /t2", "a\na\na\n"],
  ["dd if=/dev/zero of=/z bs=1k count=3 2>/dev/null; wc -c /z; truncate -s 5 /z; wc -c < /z", "3072 /z\n5\n"],
  [
    "echo x > /dev/null; echo y > /dev/stdout; echo z > /dev/full",
    "y\n",
    1,
    "sh: echo: write error: No space left on device\n",
  ],
]);

scripts("text", [
  ["printf 'a:b:c\\nd\\n' | cut -d: -f2; echo abcdef | cut -c2-4; printf 'a b\\n' | cut -d' ' -f2-", "b\nd\nbcd\nb\n"],
  [
    "echo hello | tr a-y b-z; echo 'a  b' | tr -s ' '; echo a1b2 | tr -d 0-9; echo abc | tr '[:lower:]' '[:upper:]'",
    "ifmmp\na b\nab\nABC\n",
  ],
  [
    "printf '3 c\\n1 a\\n2 b\\n10 d\\n' | sort -n; printf 'b\\na\\nb\\n' | sort -u; printf 'x 2\\ny 1\\n' | sort -k2",
    "1 a\n2 b\n3 c\n10 d\na\nb\ny 1\nx 2\n",
  ],
  ["printf 'a\\na\\nb\\n' | uniq -c; printf 'b\\na\\n' | sort -r", "      2 a\n      1 b\nb\na\n"],
  [
    "seq 5 | head -n 2; seq 5 | tail -n 2; seq 5 | tail -n +4; seq 10 -5 0; echo abc | head -c 2",
    "1\n2\n4\n5\n4\n5\n10\n5\n0\nab",
  ],
  ["printf 'a b\\nc\\n' | wc; echo abc | wc -c; cat /config/colour | wc -l", "        2         3         6\n4\n0\n"],
  [
    "printf 'foo\\nbar\\nFoo\\n' | grep foo; printf 'foo\\nbar\\n' | grep -v foo; printf 'Foo\\n' | grep -ic foo; echo a | grep b",
    "foo\nbar\n1\n",
    1,
  ],
  [
    "echo 'key=val' | grep -oE '[a-z]+=' ; echo 'a.b' | grep -F . ; printf '1\\n2\\n3\\n' | grep -A1 2; grep -n root /etc/passwd",
    "key=\na.b\n2\n3\n1:root:x:0:0:root:/root:/bin/sh\n",
  ],
  ["echo x | grep y /none", "", 2, "grep: /none: No such file or directory\n"],
  [
    "echo hello | sed 's/l/L/'; echo hello | sed 's/l/L/g'; echo 'a b' | sed -E 's/(\\w) (\\w)/\\2 \\1/'; seq 5 | sed -n '2,3p'; seq 3 | sed 2d",
    "heLlo\nheLLo\nb a\n2\n3\n1\n3\n",
  ],
  [
    "echo 1 > /f; sed -i 's/1/2/' /f; cat /f; seq 3 | sed '$!d'; seq 3 | sed '/2/a after'; echo a/b | sed 's|/|-|'",
    "2\n3\n1\n2\nafter\n3\na-b\n",
  ],
  [
    "seq 3 | awk '{ s += $1 } END { print s, NR }'; echo 'a:b' | awk -F: '{print $2}'; awk 'BEGIN { printf \"%5.2f|%-3s|\\n\", 3.14159, \"x\" }'",
    "6 3\nb\n 3.14|x  |\n",
  ],
  [
    "printf 'x 1\\ny 2\\nx 3\\n' | awk '{ n[$1] += $2 } END { for (k in n) print k, n[k] }' | sort; echo 'a b c' | awk '{ $2 = \"-\"; print; print NF }'",
    "x 4\ny 2\na - c\n3\n",
  ],
  [
    "printf 'root:0\\nbob:7\\n' | awk -F: '$2 > 5 && /b/ { print toupper($1), length($1), substr($1, 2) }'; awk -v n=3 'BEGIN { while (i < n) print i++ }'",
    "BOB 3 ob\n0\n1\n2\n",
  ],
  [
    'awk \'function f(x) { return x * 2 } BEGIN { print f(21); s = "a-b"; gsub(/-/, "+", s); print s; print split("a,b", p, ","), p[2] }\'',
    "42\na+b\n2 b\n",
  ],
  [
    "echo 'a b c' | xargs -n 1 echo x; printf '1\\n2\\n' | xargs -I{} echo '<{}>'; seq 3 | xargs",
    "x a\nx b\nx c\n<1>\n<2>\n1 2 3\n",
  ],
  [
    "printf '%s=%d\\n' a 1 b 2; printf '%05d|%x|%o|%c\\n' 42 255 8 xyz; echo -e 'a\\tb'; echo -n x; printf '%%\\n'",
    "a=1\nb=2\n00042|ff|10|x\na\tb\nx%\n",
  ],
  [
    "echo hello | base64; echo aGVsbG8K | base64 -d; echo hello | md5sum; echo hello | sha256sum | cut -c1-16",
    "aGVsbG8K\nhello\nb1946ac92492d2347c6235b4d2611184  -\n5891b5b522d5df08\n",
  ],
  ["expr 1 + 2; expr 6 '*' 7; expr abc : 'a\\(.*\\)'; expr 1 = 2", "3\n42\nbc\n0\n", 1],
  [
    "echo hi | gzip | gunzip; echo hi | rev; printf 'a\\nb\\n' | tac; printf 'a\\nb\\n' | paste -sd,; echo AB | od -c",
    "hi\nih\nb\na\na,b\n0000000   A   B  \\n\n0000003\n",
  ],
  ["printf 'a\\nb\\n' > /1; printf 'a\\nc\\n' > /2; diff /1 /2", "--- /1\n+++ /2\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n", 1],
  [
    "date -u -d @0 '+%Y-%m-%d %H:%M:%S %a %j'; date -d '2026-02-03 04:05' +%s",
    "1970-01-01 00:00:00 Thu 001\n1770091500\n",
  ],
]);

scripts("the machine", [
  ["hostname; uname -s; nproc; whoami; id -u; pwd", "web\nLinux\n8\nroot\n0\n/\n"],
  ["id", "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n"],
  ["ps | head -n 2", "PID   USER     TIME  COMMAND\n    1 root      0:00 sleep infinity\n"],
  ["kill -0 1; kill 1; kill 99", "", 1, "sh: can't kill pid 99: No such process\n"],
  ["sleep 100 & pgrep sleep; kill -9 3; wait; pidof sleep", "1\n3\n1\n"],
  [
    "grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status",
    "CapEff:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t0\n",
  ],
  ["env | sort | head -n 2; which ls awk; busybox echo hi", "COLOUR=green\nHOME=/root\n/bin/ls\n/bin/awk\nhi\n"],
  ["wget -qO- nowhere", "", 1, "wget: bad address 'nowhere'\n"],
  [
    "echo hi > /www; httpd -p 81 -h /; wget -qO- localhost:81/www; nc -z localhost 81; nc -zv localhost 82",
    "hi\n",
    1,
    "nc: localhost (127.0.0.1:82): Connection refused\n",
  ],
]);

scripts(
  "somebody who is not root",
  [
    ["id", "uid=1000 gid=3000 groups=2000,3000\n"],
    ["cat /secret/key", "", 1, "cat: can't open '/secret/key': Permission denied\n"],
    ["echo x > /etc/x", "", 1, "sh: can't create /etc/x: Permission denied\n"],
    ["echo x > /tmp/x; stat -c %u:%g /tmp/x; rm /tmp/x; chown 0 /tmp; ls -d /root/* ", "1000:3000\n", 1],
    [
      "grep CapEff /proc/self/status; whoami; touch /x",
      "CapEff:\t0000000000000000\n1000\n",
      1,
      "touch: /x: Permission denied\n",
    ],
  ],
  { security: { runAsUser: 1000, runAsGroup: 3000, supplementalGroups: [2000] } },
);

scripts(
  "limits and a root that is read-only",
  [
    ["cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max", "50331648\n50000 100000\n"],
    ["touch /x; echo x > /small/ok; cat /small/ok", "x\n", 0, "touch: /x: Read-only file system\n"],
  ],
  {
    security: { readOnlyRootFilesystem: true },
    resources: { memoryLimit: 50_331_648, cpuQuota: 50_000, cpuPeriod: 100_000 },
  },
);

scripts(
  "nginx on Debian",
  [
    ["nginx -v", "", 0, "nginx version: nginx/1.27.2\n"],
    [
      "nginx >/dev/null & sleep 0.01; curl -s localhost | grep -o 'nginx 1.27.2'; curl -s -o /dev/null -w '%{http_code}' localhost/none",
      "nginx 1.27.2\n404",
    ],
    [
      "echo 'server { listen 8080; location / { return 200 \"hi from $hostname\\n\"; } }' > /etc/nginx/conf.d/default.conf; nginx -t 2>/dev/null; nginx >/dev/null 2>&1 & sleep 0.01; curl -s localhost:8080; curl -s localhost; echo $?",
      "hi from web\n7\n",
    ],
    ["echo broken > /etc/nginx/conf.d/default.conf; nginx -t", "", 1],
    [
      "nginx >/dev/null 2>&1 & sleep 0.01; echo new > /usr/share/nginx/html/index.html; curl -s localhost; sed -i 's/80/81/' /etc/nginx/conf.d/default.conf; nginx -s reload 2>/dev/null; curl -s localhost:81",
      "new\nnew\n",
    ],
    ["ps", "", 127, "sh: ps: not found\n"],
  ],
  { image: "nginx:1.27.2" },
);

test("bytes go through pipes, files and archives as they are", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) & 255);
  const { stdout } = await runScript("cat > /tmp/x; cd /tmp; tar cf - x | (mkdir y; cd y; tar xf -); cat y/x | cat", {
    stdin: bytes,
  });
  assert.deepEqual(stdout, bytes);
});

test("an archive that another tar has made is unpacked", async () => {
  const head = new Uint8Array(512);
  head.set(bytesOf("f"));
  head.set(bytesOf("0000644\0"), 100);
  head.set(bytesOf("00000000002\0"), 124);
  head.set(bytesOf("0ustar\0"), 156);
  const archive = new Uint8Array(2048);
  archive.set(head);
  archive.set(bytesOf("hi"), 512);
  const { stdout } = await runScript("tar xf - -C /tmp; cat /tmp/f", { stdin: archive });
  assert.equal(textOf(stdout), "hi");
});
