/**
 * The flags of kube-apiserver v1.36 (https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/) that
 * `flags.ts` does not read, by what becomes of them.
 */

/** Nothing follows, and no client could tell: they are about etcd, other machines, logs, and how much at once. */
export const idle: readonly RegExp[] = [
  /^etcd-|^(storage-backend|storage-media-type|storage-initialization-timeout|delete-collection-workers)$/,
  /^(watch-cache|watch-cache-sizes|default-watch-cache-size|lease-reuse-duration-seconds|event-ttl)$/,
  /^(advertise-address|external-hostname|endpoint-reconciler-type|apiserver-count|peer-.+|kubernetes-service-node-port)$/,
  /^(kubelet-.+|enable-aggregator-routing|aggregator-reject-forwarding-redirect|coordinated-leadership-.+)$/,
  /^(v|vmodule|log-.+|logging-format|version|profiling|contention-profiling|debug-socket-path|enable-logs-handler)$/,
  /^(allow-metric-labels|allow-metric-labels-manifest|disabled-metrics|show-hidden-metrics-for-version|tracing-config-file)$/,
  /^(permit-address-sharing|permit-port-sharing|max-connection-bytes-per-sec|http2-max-streams-per-connection)$/,
  /^(goaway-chance|livez-grace-period|shutdown-send-retry-after|shutdown-watch-termination-grace-period)$/,
  /^(send-retry-after-while-not-ready-once|service-account-lookup|audit-log-(mode|batch|truncate|format|version|compress).*)$/,
  /^(encryption-provider-config|encryption-provider-config-automatic-reload|enable-garbage-collector|tls-(cipher|min|curve)-.+)$/,
  /^(authorization-webhook-.*-ttl|authorization-webhook-version|authentication-token-webhook-(cache-ttl|version))$/,
];

/** They change nothing, and a client might notice: why. */
export const told: readonly (readonly [RegExp, string])[] = [
  [/^feature-gates$/, "every gate is as it is by default"],
  [/^runtime-config.*$/, "groups and versions are served as they are by default, whatever it says"],
  [/^(emulat|min-compat).*$/, "the version is v1.36"],
  [/^service-account-(extend|max|jwks).*$/, "tokens are as they are by default"],
  [/^service-node-port-range$/, "node ports are of 30000-32767"],
  [/^(api-audiences|authorization-always-allow-paths)$/, "it is as by default"],
  [/^(cors-allowed-origins|strict-transport-security-directives|tls-sni-cert-key|disable-http2-serving)$/, "not here"],
];

/** Whoever asks for these wants other answers than he would get: there is no server. */
export const refused: readonly (readonly [RegExp, string])[] = [
  [/^authorization-(config|policy-file|webhook-config-file)$/, "requests are authorized by RBAC and Node alone"],
  [/^authentication-token-webhook-config-file$/, "nobody else is asked whose a token is"],
  [/^oidc-.+$/, "issuers of tokens are named with --authentication-config"],
  [/^audit-webhook-.+$/, "what is audited goes to a file, with --audit-log-path"],
  [/^admission-control(-config-file)?$/, "the admission plugins have no configuration"],
  [/^egress-selector-config-file$/, "there is no way out but the direct one"],
  [/^service-account-signing-endpoint$/, "tokens are signed with --service-account-signing-key-file"],
];

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Admission plugins that are on by default upstream. Those among them that need gates, or nothing, are not in Coxswain. */
export const usualPlugins = words(`
  NamespaceLifecycle LimitRanger ServiceAccount DefaultStorageClass PersistentVolumeClaimResize DefaultTolerationSeconds
  MutatingAdmissionWebhook ValidatingAdmissionWebhook ResourceQuota StorageObjectInUseProtection PodGroupProtection Priority
  TaintNodesByCondition RuntimeClass CertificateApproval CertificateSigning ClusterTrustBundleAttest
  CertificateSubjectRestriction DefaultIngressClass PodSecurity PodTopologyLabels MutatingAdmissionPolicy
  ValidatingAdmissionPolicy PodGroupWorkloadExists NodeDeclaredFeatureValidator JobValidation PodResizeValidator`);

/** Those of them that have no counterpart here under their name. */
export const pluginsWithoutName = words(`
  PodGroupProtection ClusterTrustBundleAttest PodTopologyLabels PodGroupWorkloadExists NodeDeclaredFeatureValidator
  JobValidation PodResizeValidator`);

/** Off by default upstream, and not here. */
export const otherPlugins = words(`
  AlwaysAdmit AlwaysDeny AlwaysPullImages DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration
  ImagePolicyWebhook LimitPodHardAntiAffinityTopology NamespaceAutoProvision NamespaceExists
  OwnerReferencesPermissionEnforcement PodNodeSelector PodTolerationRestriction`);
