import { invariant } from '../../failure.ts'
import { AUDIT_ARCH, type FilteredArch, REFUSED, SPECIAL, SYSCALL_LAST, UNSEEN } from './syscalls.ts'

/**
 * The filter of system calls for bubblewrap's `--seccomp`: classic BPF, an array of `struct sock_filter` in the byte
 * order of the machine (seccomp(2), linux/filter.h). A deny list: toolchains of five languages and a browser must work.
 *
 * - made as another processor (also as x32, which shares the number of x86-64): the process is killed;
 * - a number beyond the last known: ENOSYS, as on a kernel that does not have it;
 * - known to be dangerous, or a namespace by `clone`: EPERM;
 * - `clone3`: ENOSYS, since its flags lie in memory where no filter sees them; C libraries then take `clone`;
 * - sockets other than unix, inet, inet6 and netlink-route: EAFNOSUPPORT, as on a kernel without them;
 * - where memory is only polled, what the poll does not see (UNSEEN): EPERM and ENOSYS.
 *
 * Null on a processor for which no numbers are known.
 */
export function seccompProgram(arch: string, memory: Memory): Uint8Array | null {
  return isFiltered(arch) ? encode(assemble(filter(arch, memory))) : null
}

/** How the memory of the run is held: by its control group, or by the poll. */
export type Memory = 'grouped' | 'polled'

export type Instruction = { code: number; jumpTrue: number; jumpFalse: number; k: number }

/** Answers of a filter (linux/seccomp.h); the errno stands in the low 16 bits. */
export const RETURNS = {
  allow: 0x7fff0000,
  kill: 0x80000000,
  notPermitted: 0x00050000 + 1,
  noSuchCall: 0x00050000 + 38,
  noSuchFamily: 0x00050000 + 97,
} as const

/** One step before labels become distances: where to go is a verdict, the name of another step, or on to the next. */
type Step = { name?: string; code: number; k: number; yes?: string; no?: string }

/** Instructions of linux/bpf_common.h: load a word, compare with a constant, mask, return. */
const LOAD = 0x20
const EQUAL = 0x15
const GREATER = 0x25
const ANY_BIT = 0x45
const RETURN = 0x06

/** Offsets in `struct seccomp_data`; of arguments the low word, on little-endian processors, which both are. */
const OFFSET = { number: 0, arch: 4, argument: (index: number) => 16 + 8 * index }

/** x32 calls have this bit in their number (asm/unistd.h). */
const X32_BIT = 0x40000000

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (linux/sched.h). */
const NAMESPACE_FLAGS = 0x7e020000

const FAMILY = { unix: 1, inet: 2, inet6: 10, netlink: 16 }
const NETLINK_ROUTE = 0

/** TIOCSTI types for others, TIOCLINUX pastes, TIOCSETD loads line disciplines (asm-generic/ioctls.h). */
const TERMINAL_TRICKS = [0x5412, 0x541c, 0x5423]

/** The ordinary personality, and the question which one it is. */
const PERSONALITIES = [0, 0xffffffff]

function filter(arch: FilteredArch, memory: Memory): Step[] {
  const byName = memory === 'polled' ? { ...SPECIAL, ...UNSEEN } : SPECIAL
  return [
    { code: LOAD, k: OFFSET.arch },
    { code: EQUAL, k: AUDIT_ARCH[arch], no: 'kill' },
    { code: LOAD, k: OFFSET.number },
    ...(arch === 'x64' ? [{ code: ANY_BIT, k: X32_BIT, yes: 'kill' }] : []),
    { code: GREATER, k: SYSCALL_LAST, yes: 'noSuchCall' },
    ...Object.entries(byName).flatMap(([name, { [arch]: k }]) =>
      k === null ? [] : [{ code: EQUAL, k, yes: name }],
    ),
    ...Object.values(REFUSED).flatMap(({ [arch]: k }) =>
      k === null ? [] : [{ code: EQUAL, k, yes: 'notPermitted' }],
    ),
    { code: RETURN, k: RETURNS.allow },
    ...byArgument(),
    ...(memory === 'polled' ? unseen() : []),
    ...Object.entries(RETURNS).map(([name, k]) => ({ name, code: RETURN, k })),
  ]
}

/** The special calls, each under its name. */
function byArgument(): Step[] {
  return [
    { name: 'clone', code: LOAD, k: OFFSET.argument(0) },
    { code: ANY_BIT, k: NAMESPACE_FLAGS, yes: 'notPermitted', no: 'allow' },
    { name: 'clone3', code: RETURN, k: RETURNS.noSuchCall },
    { name: 'ioctl', code: LOAD, k: OFFSET.argument(1) },
    ...TERMINAL_TRICKS.map(k => ({ code: EQUAL, k, yes: 'notPermitted' })),
    { code: RETURN, k: RETURNS.allow },
    { name: 'personality', code: LOAD, k: OFFSET.argument(0) },
    ...PERSONALITIES.map(k => ({ code: EQUAL, k, yes: 'allow' })),
    { code: RETURN, k: RETURNS.notPermitted },
    { name: 'socket', code: LOAD, k: OFFSET.argument(0) },
    ...[FAMILY.unix, FAMILY.inet, FAMILY.inet6].map(k => ({ code: EQUAL, k, yes: 'allow' })),
    { code: EQUAL, k: FAMILY.netlink, no: 'noSuchFamily' },
    { code: LOAD, k: OFFSET.argument(2) },
    { code: EQUAL, k: NETLINK_ROUTE, yes: 'allow', no: 'noSuchFamily' },
    { name: 'socketpair', code: LOAD, k: OFFSET.argument(0) },
    { code: EQUAL, k: FAMILY.unix, yes: 'allow', no: 'noSuchFamily' },
  ]
}

const SEGMENT_BYTES_MAX = 4096

/** The size of a segment is a whole word: also its upper half is looked at. */
function unseen(): Step[] {
  return [
    { name: 'memfd_create', code: RETURN, k: RETURNS.noSuchCall },
    { name: 'shmget', code: LOAD, k: OFFSET.argument(1) },
    { code: GREATER, k: SEGMENT_BYTES_MAX, yes: 'notPermitted' },
    { code: LOAD, k: OFFSET.argument(1) + 4 },
    { code: EQUAL, k: 0, yes: 'allow', no: 'notPermitted' },
  ]
}

/** Labels become distances, which are counted from the next instruction, go forward only and fit into a byte. */
function assemble(steps: readonly Step[]): Instruction[] {
  const distance = (from: number, to: string | undefined) => {
    if (to === undefined) return 0
    const target = steps.findIndex(({ name }) => name === to)
    const ahead = target - from - 1
    invariant(ahead >= 0 && ahead < 256, `the filter cannot jump from ${from} to ${to}`)
    return ahead
  }
  return steps.map(({ code, k, yes, no }, at) => ({
    code,
    jumpTrue: distance(at, yes),
    jumpFalse: distance(at, no),
    k,
  }))
}

const INSTRUCTION_BYTES = 8

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(instructions.length * INSTRUCTION_BYTES))
  for (const [index, { code, jumpTrue, jumpFalse, k }] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES
    bytes.setUint16(at, code, true)
    bytes.setUint8(at + 2, jumpTrue)
    bytes.setUint8(at + 3, jumpFalse)
    bytes.setUint32(at + 4, k, true)
  }
  return new Uint8Array(bytes.buffer)
}

function isFiltered(arch: string): arch is FilteredArch {
  return arch in AUDIT_ARCH
}
