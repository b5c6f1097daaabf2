/**
 * The order in which upstream lists the ports of Endpoints and EndpointSlices: by the FNV-1a hash, 128 bits wide, of how Go
 * prints them (`dump.ForHash`). Clients that compare whole objects see the same order from us.
 */

const basis = 0x6c62272e07bb014262b821756295c58dn;
const prime = 0x0000000001000000000000000000013bn;
const mask = (1n << 128n) - 1n;
const encoder = new TextEncoder();

/** 32 hexadecimal digits: they sort as the hashes do. */
export function fnv128a(text: string): string {
  let hash = basis;
  for (const byte of encoder.encode(text)) hash = ((hash ^ BigInt(byte)) * prime) & mask;
  return hash.toString(16).padStart(32, "0");
}

export interface Port {
  readonly name?: string | undefined;
  readonly port?: number | undefined;
  readonly protocol?: string | undefined;
  readonly appProtocol?: string | undefined;
}

const pointer = (type: string, value: string | number | undefined): string => `(*${type})${value ?? "<nil>"}`;

const inSlices = ({ name, protocol, port, appProtocol }: Port): string =>
  `(v1.EndpointPort){Name:${pointer("string", name)} Protocol:${pointer("v1.Protocol", protocol)} Port:${pointer("int32", port)} AppProtocol:${pointer("string", appProtocol)}}`;

export const inEndpoints = ({ name = "", protocol = "", port = 0, appProtocol }: Port): string =>
  `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:${pointer("string", appProtocol)}}`;

function ordered<P extends Port>(ports: readonly P[], print: (port: P) => string): P[] {
  if (ports.length < 2) return [...ports];
  const hashed = ports.map((port) => ({ port, hash: fnv128a(print(port)) }));
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)).map(({ port }) => port);
}

export const orderedForSlice = <P extends Port>(ports: readonly P[]): P[] => ordered(ports, inSlices);
export const orderedForEndpoints = <P extends Port>(ports: readonly P[]): P[] => ordered(ports, inEndpoints);
