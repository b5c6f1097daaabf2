// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts of a shell are full of them
/** What people type into busybox's shell, and what it answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript, scripts } from "../script-contract-suite.ts";

scripts(
  "the shell expands",
  [
    ["echo $COLOUR", "green\n"],
    ["echo '$COLOUR' \"$COLOUR\" $NONE end", "$COLOUR green end\n"],
    ["echo $(hostname)-$(echo x) `echo y`", "web-x y\n"],
    ["echo ${COLOUR:-red} ${NONE:-red} ${COLOUR:+set} ${NONE:+set}", "green red set\n"],
    ["echo ${X:=made} $X", "made made\n"],
    ["f=a.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${f##*.} ${#f}", "a.tar a tar.gz gz 8\n"],
    ['p=/a/b/c; echo "${p##*/}" "${p%/*}"', "c /a/b\n"],
    ["x=hello; echo ${x/l/L} ${x//l/L} ${x:1:3}", "heLlo heLLo ell\n"],
    ["echo $((1 + 2 * 3)) $(( (1+2)*3 )) $((7 / 2)) $((7 % 4)) $((2 > 1 && 0))", "7 9 3 3 0\n"],
    ["i=5; echo $((i++)) $i $((i += 10)) $((i > 3 ? 1 : 0))", "5 6 16 1\n"],
    ["x='a  b'; echo $x; echo \"$x\"", "a b\na  b\n"],
    ['set -- a \'b c\' d; echo $#; for i in "$@"; do echo "<$i>"; done', "3\n<a>\n<b c>\n<d>\n"],
    ['set --; for i in "$@"; do echo no; done; echo $#', "0\n"],
    ["IFS=:; p=a:b:c; for i in $p; do echo $i; done", "a\nb\nc\n"],
    ["cd /etc; echo host*; echo none*; echo 'host*'", "hostname\nnone*\nhost*\n"],
    ["mkdir -p /t/a /t/b; touch /t/a/x /t/b/x; echo /t/*/x /t/[ab]", "/t/a/x /t/b/x /t/a /t/b\n"],
    ["echo ~ ~/x", "/root /root/x\n"],
    ["x='back\\slash'; echo $x \"$x\"", "back\\slash back\\slash\n"],
    ['echo "a\\"b" \'a"b\' a\\ b', 'a"b a"b a b\n'],
    ["echo grüße | cat", "grüße\n"],
    ["echo ${NONE?is not set}; echo after", "", 2, "sh: NONE: is not set\n"],
    ["echo $((1/0))", "", 2, "sh: divide by zero\n"],
  ],
  { stdin: "world\n" },
);

scripts(
  "the shell runs",
  [
    ["exit 3", "", 3],
    ["false || echo no; true && echo yes", "no\nyes\n"],
    ["! true; echo $?", "1\n"],
    ["if [ -f /etc/passwd ]; then echo there; else echo gone; fi", "there\n"],
    ["if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"],
    ["for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", "1\n3\n"],
    ["i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", "1\n2\n3\n"],
    ["i=0; until [ $i -ge 2 ]; do i=$((i+1)); done; echo $i", "2\n"],
    ["for i in 1 2; do for j in a b; do [ $j = b ] && break 2; echo $i$j; done; done", "1a\n"],
    ["case abc in x) echo no;; a*|b) echo yes;; *) echo other;; esac", "yes\n"],
    ['f() { echo "$1-$#"; return 4; }; f x y; echo $?', "x-2\n4\n"],
    ["f() { local v=in; echo $v; }; v=out; f; echo $v", "in\nout\n"],
    ["cat <<EOF\nis $COLOUR $((1+1))\nEOF\ncat <<'EOF'\nis $COLOUR\nEOF", "is green 2\nis $COLOUR\n"],
    ["cat <<-EOF\n\tindented\n\tEOF\necho on", "indented\non\n"],
    ["(cd /etc; pwd); pwd", "/etc\n/\n"],
    ["{ echo a; echo b; } > /tmp/f; cat /tmp/f", "a\nb\n"],
    ["echo one > /tmp/a; echo two >> /tmp/a; cat < /tmp/a", "one\ntwo\n"],
    ["ls /none 2>/dev/null || echo failed", "failed\n"],
    ["ls /none 2>&1 | cat", "ls: /none: No such file or directory\n"],
    ["exec > /tmp/log; echo hidden; exec >&2; cat /tmp/log", "", 0, "hidden\n"],
    ["read name; echo hi $name", "hi world\n"],
    ["echo 'a b c' | while read x y; do echo \"$y/$x\"; done", "b c/a\n"],
    ['echo x | read v; echo "[$v]"', "[]\n"],
    ["set -e; false; echo no", "", 1],
    ["set -e; if false; then :; fi; false || true; echo yes", "yes\n"],
    ["set -u; echo $NOPE", "", 2, "sh: NOPE: parameter not set\n"],
    ["set -x; echo a", "a\n", 0, "+ echo a\n"],
    ["yes | head -n 2", "y\ny\n"],
    ["sleep 100 & kill $!; wait $!; echo $?", "143\n"],
    ["(sleep 0.02; echo late) & echo early; wait", "early\nlate\n"],
    ["trap 'echo bye' EXIT; echo hi", "hi\nbye\n"],
    ["trap 'echo got' USR1; kill -USR1 $$; echo on", "got\non\n"],
    ["timeout 0.01 sleep 100", "", 143],
    ["X=1 env | grep ^X=; echo [$X]", "X=1\n[]\n"],
    ["export A=1; B=2; env | grep -c '^[AB]='", "1\n"],
    ["echo 'echo from $1' > /tmp/s; chmod +x /tmp/s; /tmp/s me; sh /tmp/s you", "from me\nfrom you\n"],
    ["while getopts 'ab:' o -a -b 3; do echo $o $OPTARG; done", "a\nb 3\n"],
    ["type cd; type ls; command -v ls; which ls", "cd is a shell builtin\nls is /bin/ls\n/bin/ls\n/bin/ls\n"],
    ["eval 'x=5; echo $x'; echo a; # comment", "5\na\n"],
    ["i=0; while true; do i=$((i+1)); [ $i -gt 200 ] && break; done; echo $i", "201\n"],
    ["echo a \\\n b", "a b\n"],
    ["test -d /etc -a ! -f /none && [ 3 -gt 2 ] && [ x != y ] && echo ok", "ok\n"],
  ],
  { stdin: "world\n" },
);

scripts("errors are in busybox's words", [
  ["nonesuch", "", 127, "sh: nonesuch: not found\n"],
  ["/none/such", "", 127, "sh: /none/such: not found\n"],
  ["touch /tmp/x; /tmp/x", "", 126, "sh: /tmp/x: Permission denied\n"],
  ["cat /none", "", 1, "cat: can't open '/none': No such file or directory\n"],
  ["echo x > /config/new", "", 1, "sh: can't create /config/new: Read-only file system\n"],
  ["echo x > /none/new", "", 1, "sh: can't create /none/new: nonexistent directory\n"],
  ["cat < /none", "", 1, "sh: can't open /none: no such file\n"],
  ["cd /none", "", 2, "sh: cd: can't cd to /none: No such file or directory\n"],
  ["if true; then", "", 2, "sh: syntax error: unexpected end of file\n"],
  ["echo a; done", "", 2, 'sh: syntax error: unexpected "done"\n'],
  ["echo 'a", "", 2, "sh: syntax error: unterminated quoted string\n"],
  ["[ 1 -eq x ]", "", 2, "sh: [: x: bad number\n"],
  ["ls -z", "", 1, "ls: invalid option -- 'z'\n"],
]);

test("a script that comes in line after line is read so", async () => {
  const { stdout, code } = await runScript("sh", {
    stdin: "for i in 1 2\ndo echo $i\ndone\ncat <<E\nx\nE\nexit 4\necho no\n",
  });
  assert.deepEqual([new TextDecoder().decode(stdout), code], ["1\n2\nx\n", 4]);
});
