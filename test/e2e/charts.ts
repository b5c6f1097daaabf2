/** Charts for Helm: one with hooks, a test, a definition and its resource, a lookup, and another chart within it. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const hook = (name: string, kind: string, weight: number, script: string): string => `
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-${name}
  annotations:
    helm.sh/hook: ${kind}
    helm.sh/hook-weight: "${weight}"
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "${script}"]}]
`;

const files: Readonly<Record<string, string>> = {
  "Chart.yaml": `apiVersion: v2
name: shop
version: 1.0.0
dependencies: [{name: store, version: 1.0.0, condition: store.enabled}]
`,
  "values.yaml": `replicas: 1
size: small
store: {enabled: true, text: usual}
`,
  "values.schema.json": `{"type":"object","properties":{"replicas":{"type":"integer","minimum":0}}}`,
  "crds/widgets.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.test}
spec:
  group: shop.test
  scope: Namespaced
  names: {plural: widgets, kind: Widget, singular: widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: string, enum: [small, large]}
              parts: {type: array, items: {type: object, additionalProperties: {type: string}}}
`,
  "templates/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}-web"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec:
      containers:
      - {name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: "{{ .Release.Name }}-web"}
spec: {selector: {app: "{{ .Release.Name }}"}, ports: [{port: 80}]}
`,
  "templates/widget.yaml": `apiVersion: shop.test/v1
kind: Widget
metadata: {name: "{{ .Release.Name }}"}
spec: {size: "{{ .Values.size }}", parts: [{a: b}]}
`,
  "templates/secret.yaml": `{{- $found := lookup "v1" "Secret" .Release.Namespace (printf "%s-key" .Release.Name) }}
apiVersion: v1
kind: Secret
metadata: {name: "{{ .Release.Name }}-key"}
data:
  {{- if $found }}
  key: {{ $found.data.key }}
  found: {{ "yes" | b64enc }}
  {{- else }}
  key: {{ randAlphaNum 16 | b64enc }}
  {{- end }}
`,
  "templates/before.yaml": hook("before", "pre-install,pre-upgrade", 0, "echo before"),
  "templates/after.yaml": hook("after", "post-install", 5, "echo after"),
  "templates/last.yaml": hook("last", "post-delete", 0, "echo gone"),
  "templates/tests/page.yaml": `apiVersion: v1
kind: Pod
metadata: {name: "{{ .Release.Name }}-page", annotations: {helm.sh/hook: test}}
spec:
  restartPolicy: Never
  containers: [{name: main, image: "busybox:1.36", command: [wget, -qO-, "http://{{ .Release.Name }}-web"]}]
`,
  "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
  "charts/store/values.yaml": "text: own\n",
  "charts/store/templates/map.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-store", labels: {chart: "{{ .Chart.Name }}"}}
data: {text: {{ .Values.text | quote }}, release: "{{ .Release.Revision }}"}
`,
};

/** Writes the chart into `folder`; a hook whose script is given stands in place of the one before an upgrade. */
export function writeChart(folder: string, before?: string): void {
  const all = {
    ...files,
    ...(before && { "templates/before.yaml": hook("before", "pre-install,pre-upgrade", 0, before) }),
  };
  for (const [name, text] of Object.entries(all)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
} // prettier-ignore
