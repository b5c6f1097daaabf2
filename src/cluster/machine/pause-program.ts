/**
 * The program of a sandbox, as a whole ELF file made here: no compiler and no download. It does what
 * https://github.com/kubernetes/kubernetes/tree/master/build/pause does, in three system calls and a wait:
 *
 *   sigaction(SIGCHLD, SIG_IGN)             children that end are reaped by the kernel, adopted ones too
 *   sigprocmask(SIG_BLOCK, {INT, TERM})     as process 1 it gets these only blocked or handled
 *   do n = sigtimedwait({INT, TERM}) while n < 0
 *   exit_group(0)
 */

export type Architecture = "amd64" | "arm64";

const base = 0x400000;
const headerBytes = 64 + 56;
/** Data lies after the code, at a multiple of 8: the set of signals, then the action. */
const dataAt = { amd64: headerBytes + 88, arm64: headerBytes + 88 };

const word = (value: number): number[] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  (value >>> 24) & 255,
];
const long = (value: number): number[] => [...word(value), ...word(0)];

/** SIGINT is 2 and SIGTERM 15: bits 1 and 14. The action: handler SIG_IGN (1), no flags, no restorer, empty mask. */
const data = [...long((1 << 1) | (1 << 14)), ...long(1), ...long(0), ...long(0), ...long(0)];

function amd64Code(): number[] {
  const set = base + dataAt.amd64;
  const edi = (value: number) => [0xbf, ...word(value)]; // mov edi, value
  const esi = (value: number) => [0xbe, ...word(value)]; // mov esi, value
  const eax = (value: number) => [0xb8, ...word(value)]; // mov eax, value
  const noEdx = [0x31, 0xd2]; // xor edx, edx
  const sizeOfSet = [0x41, 0xba, ...word(8)]; // mov r10d, 8
  const syscall = [0x0f, 0x05];
  const before = [
    ...[...edi(17), ...esi(set + 8), ...noEdx, ...sizeOfSet, ...eax(13), ...syscall], // rt_sigaction
    ...[...edi(0), ...esi(set), ...noEdx, ...sizeOfSet, ...eax(14), ...syscall], // rt_sigprocmask
  ];
  const wait = [...edi(set), 0x31, 0xf6, ...noEdx, ...sizeOfSet, ...eax(128), ...syscall]; // xor esi, esi; rt_sigtimedwait
  const again = [0x85, 0xc0, 0x78, 0x100 - (wait.length + 4)]; // test eax, eax; js wait
  return [...before, ...wait, ...again, 0x31, 0xff, ...eax(231), ...syscall]; // xor edi, edi; exit_group
}

function arm64Code(): number[] {
  const code: number[] = [];
  const move = (register: number, value: number) => code.push(...word(0xd2800000 + value * 32 + register)); // movz
  const address = (register: number, at: number) => {
    const distance = at - (headerBytes + code.length); // adr: bits 29-30 and 5-23
    code.push(...word(0x10000000 + (distance & 3) * 2 ** 29 + (distance >> 2) * 32 + register));
  };
  const call = (number: number) => {
    move(8, number);
    code.push(...word(0xd4000001)); // svc #0
  };
  const set = dataAt.arm64;
  move(0, 17);
  address(1, set + 8);
  move(2, 0);
  move(3, 8);
  call(134); // rt_sigaction
  move(0, 0);
  address(1, set);
  call(135); // rt_sigprocmask: x2 and x3 still hold 0 and 8
  const wait = code.length;
  address(0, set);
  move(1, 0);
  call(137); // rt_sigtimedwait
  const back = (wait - code.length) / 4;
  code.push(...word(0xb7f80000 + (back & 0x3fff) * 32)); // tbnz x0, #63, wait
  move(0, 0);
  call(94); // exit_group
  return code;
}

/** The ELF file: one segment, readable and executable, that holds header, code and data. */
export function pauseProgram(architecture: Architecture): Uint8Array {
  const code = architecture === "amd64" ? amd64Code() : arm64Code();
  const machine = architecture === "amd64" ? 62 : 183;
  const at = dataAt[architecture];
  const size = at + data.length;
  const file = [
    ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, ...long(0)], // 64 bits, little-endian
    ...[2, 0, machine, 0, ...word(1), ...long(base + headerBytes), ...long(64), ...long(0)], // executable, entry, program headers
    ...[...word(0), 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0], // one program header, no sections
    ...[
      ...word(1),
      ...word(5),
      ...long(0),
      ...long(base),
      ...long(base),
      ...long(size),
      ...long(size),
      ...long(0x1000),
    ],
    ...code,
  ];
  while (file.length < at) file.push(0);
  return Uint8Array.from([...file, ...data]);
}
