import { endianness } from "node:os";

/** AUDIT_ARCH_*, linux/audit.h. */
const MACHINES = {
  x64: { audit: 0xc000003e, keyCalls: [248, 249, 250] },
  arm64: { audit: 0xc00000b7, keyCalls: [217, 218, 219] },
} as const;

/** linux/bpf_common.h and linux/seccomp.h. */
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const FAIL_WITH_EPERM = 0x00050001;
const NUMBER_OFFSET = 0;
const ARCH_OFFSET = 4;
/** The x32 form of every x86-64 call, which would pass by the numbers compared here. */
const X32 = 0x40000000;

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number];

/**
 * A filter that refuses the kernel's key rings (add_key, request_key, keyctl) and calls of foreign architectures.
 *
 * Key rings are the one thing of the user's that no namespace separates: a program in a sandbox could read what the
 * service's session keeps there. Null for processors whose numbers are not known here.
 */
export function seccompFilter(arch: string = process.arch): Uint8Array | null {
  const machine = arch === "x64" || arch === "arm64" ? MACHINES[arch] : null;
  if (machine === null || endianness() !== "LE") return null;
  const [addKey, requestKey, keyctl] = machine.keyCalls;
  return encode([
    [LOAD_WORD, 0, 0, ARCH_OFFSET],
    [JUMP_EQUAL, 0, 6, machine.audit],
    [LOAD_WORD, 0, 0, NUMBER_OFFSET],
    [JUMP_AT_LEAST, 4, 0, X32],
    [JUMP_EQUAL, 3, 0, addKey],
    [JUMP_EQUAL, 2, 0, requestKey],
    [JUMP_EQUAL, 1, 0, keyctl],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, FAIL_WITH_EPERM],
  ]);
}

/** struct sock_filter: u16 code, u8 jt, u8 jf, u32 k. */
function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, jumpTrue, jumpFalse, value], index) => {
    const at = index * 8;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(jumpTrue, at + 2);
    bytes.writeUInt8(jumpFalse, at + 3);
    bytes.writeUInt32LE(value, at + 4);
  });
  return bytes;
}
