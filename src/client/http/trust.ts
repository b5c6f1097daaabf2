/**
 * Certificates that are believed, as Go's programs believe them: one that is named itself is, whoever has signed it. Tests
 * of operators give the server's own certificate for its authority.
 */
export const trusting = (pem: string): { readonly ca: string; readonly allowPartialTrustChain: true } => ({
  ca: pem,
  allowPartialTrustChain: true,
});
