/** The programs of a folder for `KUBEBUILDER_ASSETS`: shell scripts, for what asks them for help asks often and waits. */

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** `self`: how cox itself is called. */
export function programs(self: readonly string[]): Readonly<Record<string, string>> {
  const cox = self.map(quoted).join(" ");
  const server = (name: string, help: string): string => `#!/bin/sh
# ${name} for tests of operators: Coxswain in its place. Made by \`cox envtest\`.
if [ "\${1:-}" = --help ]; then
  echo ${quoted(help)}
  exit 0
fi
exec ${cox} envtest-${name} "$@"
`;
  return {
    etcd: server("etcd", "  --data-dir\n  --listen-client-urls\n  --unsafe-no-fsync"),
    "kube-apiserver": server("kube-apiserver", "  --secure-port\n  --client-ca-file\n  --cert-dir"),
    kubectl: `#!/bin/sh
# kubectl for tests of operators: one that is installed, or Coxswain's own commands. Made by \`cox envtest\`.
# whom it calls in its place may be another of its kind, which does not look again
if [ -z "\${COX_KUBECTL:-}" ]; then
  export COX_KUBECTL=1
  IFS=:
  for folder in $PATH; do
    if [ -x "$folder/kubectl" ] && ! [ "$folder/kubectl" -ef "$0" ]; then exec "$folder/kubectl" "$@"; fi
  done
fi
exec ${cox} "$@"
`,
  };
}
