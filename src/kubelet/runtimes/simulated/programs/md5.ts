/** MD5 (RFC 1321): the platform has none outside Node.js. */
const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const constants = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) >>> 0);

function mixed(round: number, [, b, c, d]: readonly [number, number, number, number]): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}
const wordOf = (i: number): number => [i, 5 * i + 1, 3 * i + 5, 7 * i][Math.floor(i / 16)] as number;

export function md5(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (bytes.length << 3) >>> 0, true);
  view.setUint32(padded.length - 4, Math.floor(bytes.length / 2 ** 29), true);
  let state: [number, number, number, number] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    const before = state;
    for (let i = 0; i < 64; i++) {
      const [a, b, c, d] = state;
      const round = Math.floor(i / 16);
      const sum =
        (a + mixed(round, state) + (constants[i] as number) + view.getUint32(block + (wordOf(i) % 16) * 4, true)) | 0;
      const by = shifts[round]?.[i % 4] as number;
      state = [d, (b + ((sum << by) | (sum >>> (32 - by)))) | 0, b, c];
    }
    state = state.map((value, i) => (value + (before[i] as number)) | 0) as typeof state;
  }
  const made = new DataView(new ArrayBuffer(16));
  for (const [i, value] of state.entries()) made.setInt32(i * 4, value, true);
  return new Uint8Array(made.buffer);
}
