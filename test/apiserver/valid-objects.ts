/** One valid object of each of many kinds, with more in it than it needs. */
import { parseAllDocuments } from "yaml";

export interface ValidObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const podSpec = `
      serviceAccountName: a
      nodeSelector: {disk: ssd}
      tolerations: [{key: a, operator: Exists, effect: NoSchedule}]
      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: In, values: [a]}]}]}}}
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: a}}}]
      initContainers: [{name: first, image: "i:1", command: [sh, -c, "exit 0"]}]
      containers:
      - name: main
        image: "i:1"
        ports: [{containerPort: 80, name: http}, {containerPort: 81, protocol: UDP}]
        env: [{name: A, value: "1"}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: C, valueFrom: {secretKeyRef: {name: s, key: k}}}]
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: "1", memory: 128Mi}}
        livenessProbe: {httpGet: {path: /, port: http}}
        readinessProbe: {exec: {command: ["true"]}, periodSeconds: 3}
        volumeMounts: [{name: v, mountPath: /v, readOnly: true}, {name: e, mountPath: /e, subPath: x}]
      volumes: [{name: v, configMap: {name: c, items: [{key: a, path: b, mode: 256}]}}, {name: e, emptyDir: {sizeLimit: 1Gi}}]`;
const template = `{labels: {app: a}}`;
const selector = `{matchLabels: {app: a}}`;

const text = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: a, namespace: default}
automountServiceAccountToken: false
secrets: [{name: a}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: default, labels: {a: b}, annotations: {"x.io/a": "ä\\n"}}
data: {a: "1", "__proto__": p, "b.c": "line\\nline\\n"}
binaryData: {b: AAEC}
---
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: default}
type: kubernetes.io/basic-auth
data: {username: YQ==, password: Yg==}
immutable: true
---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: default}
spec: {type: NodePort, selector: {app: a}, ports: [{name: http, port: 80, targetPort: http}, {name: dns, port: 53, protocol: UDP}], sessionAffinity: ClientIP}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: default, labels: {app: a}}
spec:${podSpec}
---
apiVersion: v1
kind: PodTemplate
metadata: {name: a, namespace: default}
template:
    metadata: ${template}
    spec:${podSpec}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: a, namespace: default}
spec:
  replicas: 0
  template:
    metadata: ${template}
    spec:${podSpec}
---
apiVersion: v1
kind: Namespace
metadata: {name: a, labels: {a: b}}
---
apiVersion: v1
kind: Node
metadata: {name: a, labels: {zone: z}}
spec: {podCIDR: 10.0.0.0/24, taints: [{key: a, effect: NoSchedule}, {key: node.kubernetes.io/not-ready, effect: NoSchedule}], unschedulable: true}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: a}
spec: {capacity: {storage: 1.5Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /a, type: Directory}, storageClassName: s, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: Exists}]}]}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: a, namespace: default}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1000m}}, storageClassName: "", volumeName: a}
---
apiVersion: v1
kind: Endpoints
metadata: {name: b, namespace: default}
subsets: [{addresses: [{ip: 10.1.1.2}, {ip: 10.1.1.1, nodeName: n}], ports: [{port: 80, name: http}]}]
---
apiVersion: v1
kind: LimitRange
metadata: {name: a, namespace: kube-public}
spec: {limits: [{type: Container, default: {cpu: "1"}, defaultRequest: {cpu: 500m}, max: {cpu: 2000m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: a, namespace: kube-public}
spec: {hard: {pods: "10", requests.cpu: 1500m}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}
---
apiVersion: v1
kind: Event
metadata: {name: a, namespace: default}
involvedObject: {kind: Pod, name: a, namespace: default}
reason: R
message: m
type: Normal
firstTimestamp: "2020-01-01T00:00:00Z"
count: 2
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: default}
spec:
  selector: ${selector}
  strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 0}}
  template:
    metadata: ${template}
    spec:${podSpec}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: a, namespace: default}
spec:
  serviceName: a
  selector: ${selector}
  volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
  template:
    metadata: ${template}
    spec:${podSpec}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a, namespace: default}
spec:
  selector: ${selector}
  template:
    metadata: ${template}
    spec:${podSpec}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: a, namespace: default}
spec:
  selector: ${selector}
  template:
    metadata: ${template}
    spec:${podSpec}
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: a, namespace: default}
data: {any: [1, {thing: []}], big: 1.5}
revision: 3
---
apiVersion: batch/v1
kind: Job
metadata: {name: a, namespace: default}
spec:
  suspend: true
  completions: 3
  completionMode: Indexed
  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1, 2]}}]}
  template:
    spec:
      restartPolicy: Never${podSpec}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: a, namespace: default}
spec:
  schedule: "*/5 * * * *"
  timeZone: Etc/UTC
  jobTemplate:
   spec:
    template:
     spec:
      restartPolicy: OnFailure${podSpec}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: a, namespace: default}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}, {type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, averageValue: 1500m}}}], behavior: {scaleDown: {stabilizationWindowSeconds: 0}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a, namespace: default}
spec: {minAvailable: 50%, selector: ${selector}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a, namespace: default}
spec: {ingressClassName: c, tls: [{hosts: [a.io], secretName: s}], rules: [{host: a.io, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {name: http}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: default}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {podSelector: {}}], ports: [{port: http}, {port: 80, endPort: 90}]}], egress: [{}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: a}
spec: {controller: x.io/c, parameters: {kind: P, name: p, apiGroup: x.io}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}, {nonResourceURLs: [/a], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a, namespace: default}
rules: [{apiGroups: [""], resources: [pods], verbs: [get], resourceNames: [a]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}
subjects: [{kind: User, name: u, apiGroup: rbac.authorization.k8s.io}, {kind: ServiceAccount, name: a, namespace: default}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}
subjects: [{kind: Group, name: g}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: a}
provisioner: x.io/p
parameters: {"1": "2"}
allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: a.io}
spec: {attachRequired: false, tokenRequests: [{audience: a, expirationSeconds: 3600}], volumeLifecycleModes: [Ephemeral]}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: a}
spec: {attacher: a.io, nodeName: a, source: {persistentVolumeName: a}}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: a, namespace: default}
spec: {holderIdentity: me, leaseDurationSeconds: 15, renewTime: "2020-01-01T00:00:00.123456Z"}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a, namespace: default}
addressType: IPv4
endpoints: [{addresses: [10.0.0.1], conditions: {ready: false}, zone: z, hints: {forZones: [{name: z}]}}]
ports: [{port: 80, name: ""}]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: a}
value: -5
preemptionPolicy: Never
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: a}
handler: h
overhead: {podFixed: {cpu: 250m}}
scheduling: {nodeSelector: {a: b}, tolerations: [{key: a}]}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: a}
spec: {type: Limited, limited: {nominalConcurrencyShares: 0, limitResponse: {type: Queue, queuing: {queues: 8, handSize: 2, queueLengthLimit: 5}}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: a}
spec: {priorityLevelConfiguration: {name: a}, distinguisherMethod: {type: ByUser}, rules: [{subjects: [{kind: Group, group: {name: g}}], resourceRules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"], clusterScope: true, namespaces: ["*"]}]}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: a}
webhooks: [{name: a.x.io, clientConfig: {url: "https://127.0.0.1:1/x", caBundle: ""}, rules: [{apiGroups: [none.io], apiVersions: ["*"], operations: [CREATE], resources: ["nothing"]}], sideEffects: None, admissionReviewVersions: [v1], failurePolicy: Ignore}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: a}
spec: {matchConstraints: {resourceRules: [{apiGroups: [none.io], apiVersions: [v1], operations: ["*"], resources: [nothing]}]}, validations: [{expression: "object.metadata.name != ''", message: "<<"}], variables: [{name: v, expression: "1 + 1"}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.x.io}
spec:
  group: x.io
  scope: Namespaced
  names: {plural: things, kind: Thing}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: A, type: string, jsonPath: .spec.a}]
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [a], properties: {a: {type: string, enum: [x, "y"], default: x}, n: {type: integer, minimum: 0, maximum: 1.0e9}, any: {x-kubernetes-preserve-unknown-fields: true}, io: {x-kubernetes-int-or-string: true}, "y": {type: array, items: {type: object, additionalProperties: {type: string}}}}}}}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: a, namespace: default}
spec: {devices: {requests: [{name: r, exactly: {deviceClassName: c, selectors: [{cel: {expression: "device.driver == 'a'"}}]}}], config: [{opaque: {driver: a.io, parameters: {a: [1, {}]}}}]}}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: a}
spec: {selectors: [{cel: {expression: "device.driver == 'a'"}}]}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: a}
spec: {signerName: x.io/s, usages: [digital signature], request: "@csr@", expirationSeconds: 3600}
`;

/** `request`: a certificate signing request as its PEM in base64. */
export const validObjects = (request: string): readonly ValidObject[] =>
  parseAllDocuments(text.replace("@csr@", request)).map((document) => document.toJS() as ValidObject);
