import type { TypeText } from "../schema/sources.ts";

/** The types of certificates/v1, in the notation that schema/notation.ts reads. */
export const certificatesTypes = {
  groupVersion: "certificates/v1",
  text: `
CertificateSigningRequest kind
  metadata 1 ObjectMeta
  spec 2 CertificateSigningRequestSpec always required
  status 3 CertificateSigningRequestStatus
CertificateSigningRequestCondition
  type 1 string always required
  status 6 string always required
  reason 2 string
  message 3 string
  lastUpdateTime 4 Time
  lastTransitionTime 5 Time
CertificateSigningRequestSpec
  request 1 bytes always required
  signerName 7 string always required
  expirationSeconds 8 *int32
  usages 5 []string atomic enum(any,cert sign,client auth,code signing,content commitment,crl sign,data encipherment,decipher only,digital signature,email protection,encipher only,ipsec end system,ipsec tunnel,ipsec user,key agreement,key encipherment,microsoft sgc,netscape sgc,ocsp signing,s/mime,server auth,signing,timestamping)
  username 2 string
  uid 3 string
  groups 4 []string atomic
  extra 6 {}[]string
CertificateSigningRequestStatus
  conditions 1 []CertificateSigningRequestCondition map(type)
  certificate 2 bytes
`,
};

/** What is known of the group, and not served. */
export const certificatesUnserved: readonly TypeText[] = [
  {
    groupVersion: "certificates/v1beta1",
    like: ["certificates/v1"],
    text: `
CertificateSigningRequestCondition like
  status 6 string always
CertificateSigningRequestSpec like
  signerName 7 *string
  usages 5 []string atomic
ClusterTrustBundle kind
  metadata 1 ObjectMeta
  spec 2 ClusterTrustBundleSpec always required
ClusterTrustBundleSpec
  signerName 1 string
  trustBundle 2 string always required
PodCertificateRequest kind
  metadata 1 ObjectMeta
  spec 2 PodCertificateRequestSpec always required
  status 3 PodCertificateRequestStatus
PodCertificateRequestSpec
  signerName 1 string always required
  podName 2 string always required
  podUID 3 string always required
  serviceAccountName 4 string always required
  serviceAccountUID 5 string always required
  nodeName 6 string always required
  nodeUID 7 string always required
  maxExpirationSeconds 8 *int32 default=86400
  pkixPublicKey 9 bytes always
  proofOfPossession 10 bytes always
  stubPKCS10Request 12 bytes always required
  unverifiedUserAnnotations 11 {}string
PodCertificateRequestStatus
  conditions 1 []Condition map(type) merge(type)
  certificateChain 2 string
  notBefore 4 *Time
  beginRefreshAt 5 *Time
  notAfter 6 *Time
`,
  },
  {
    groupVersion: "certificates/v1alpha1",
    text: `
ClusterTrustBundle like certificates/v1beta1
ClusterTrustBundleSpec like certificates/v1beta1
`,
  },
];
