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
