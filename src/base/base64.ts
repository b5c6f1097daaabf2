/** Bytes as base64 text, in the standard alphabet with padding. */

const chunk = 8192;

export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += chunk) text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(text);
}

export function decodeBase64(text: string): Uint8Array {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < decoded.length; i++) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}

/** How many bytes a well-formed text stands for. */
export const base64Length = (text: string): number =>
  (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);

export const utf8ToBase64 = (text: string): string => encodeBase64(new TextEncoder().encode(text));
export const base64ToUtf8 = (text: string): string => new TextDecoder().decode(decodeBase64(text));
