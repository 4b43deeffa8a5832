import { describe, expect, test } from 'vitest'
import { invariant } from '../../failure.ts'
import { RETURNS, seccompProgram } from './seccomp.ts'
import { AUDIT_ARCH, REFUSED, SPECIAL, SYSCALL_LAST, UNSEEN } from './syscalls.ts'

type Call = { arch: number; number: number; arguments?: readonly bigint[] }

/** What the kernel makes of a program (net/core/filter.c), as far as filters of system calls go. */
function evaluate(program: Uint8Array, call: Call): number {
  const data = new DataView(new ArrayBuffer(64))
  data.setUint32(0, call.number, true)
  data.setUint32(4, call.arch, true)
  for (const [index, value] of (call.arguments ?? []).entries())
    data.setBigUint64(16 + 8 * index, value, true)
  const code = new DataView(program.buffer)
  let accumulator = 0
  for (let at = 0; at < program.length; at += 8) {
    const k = code.getUint32(at + 4, true)
    const jump = (holds: boolean) => {
      at += 8 * code.getUint8(at + (holds ? 2 : 3))
    }
    const instruction = code.getUint16(at, true)
    if (instruction === 0x20) accumulator = data.getUint32(k, true)
    else if (instruction === 0x15) jump(accumulator === k)
    else if (instruction === 0x25) jump(accumulator > k)
    else if (instruction === 0x45) jump((accumulator & k) !== 0)
    else if (instruction === 0x06) return k
    else throw new Error(`instruction ${instruction} is not known`)
  }
  throw new Error('a filter ends with a return')
}

const ARCHES = ['x64', 'arm64'] as const

function programFor(arch: string, memory: 'grouped' | 'polled' = 'grouped'): Uint8Array {
  const program = seccompProgram(arch, memory)
  invariant(program !== null, `there is a filter for ${arch}`)
  return program
}

describe.each(ARCHES)('on %s', arch => {
  const program = programFor(arch)
  const answer = (number: number, ...args: number[]) =>
    evaluate(program, { arch: AUDIT_ARCH[arch], number, arguments: args.map(BigInt) })
  const special = (name: keyof typeof SPECIAL, ...args: number[]) =>
    answer(SPECIAL[name][arch] ?? -1, ...args)

  test('every number is refused, special or allowed, and beyond the last known it does not exist', () => {
    const refused = Object.values(REFUSED).map(numbers => numbers[arch])
    const specials = Object.values(SPECIAL).map(numbers => numbers[arch])
    for (let number = 0; number <= 1000; number++) {
      if (specials.includes(number)) continue
      const expected = refused.includes(number) ? RETURNS.notPermitted : RETURNS.allow
      expect([number, answer(number)]).toEqual([
        number,
        number > SYSCALL_LAST ? RETURNS.noSuchCall : expected,
      ])
    }
    expect(answer(0xffffffff)).toBe(arch === 'x64' ? RETURNS.kill : RETURNS.noSuchCall)
  })

  test('no number stands for two calls', () => {
    const numbers = [REFUSED, SPECIAL, UNSEEN]
      .flatMap(table => Object.values(table))
      .map(({ [arch]: number }) => number)
      .filter(number => number !== null)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  test.each([
    ['clone', 'allow', [0x01200011]],
    // A thread: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID.
    ['clone', 'allow', [0x003d0f00]],
    ['clone', 'notPermitted', [0x00020011]],
    ['clone', 'notPermitted', [0x02000011]],
    ['clone', 'notPermitted', [0x04000011]],
    ['clone', 'notPermitted', [0x08000011]],
    ['clone', 'notPermitted', [0x10000011]],
    ['clone', 'notPermitted', [0x20000011]],
    ['clone', 'notPermitted', [0x40000011]],
    ['clone3', 'noSuchCall', [0]],
    ['socket', 'allow', [1, 1, 0]],
    ['socket', 'allow', [2, 1, 6]],
    ['socket', 'allow', [10, 2, 0]],
    ['socket', 'allow', [16, 3, 0]],
    ['socket', 'noSuchFamily', [16, 3, 9]],
    ['socket', 'noSuchFamily', [17, 3, 0]],
    ['socket', 'noSuchFamily', [38, 5, 0]],
    ['socket', 'noSuchFamily', [40, 1, 0]],
    // The kernel takes the family as 32 bits, and so must the filter.
    ['socket', 'noSuchFamily', [0x1_0000_0026, 5, 0]],
    ['socketpair', 'allow', [1, 1, 0]],
    ['socketpair', 'noSuchFamily', [30, 1, 0]],
    ['ioctl', 'allow', [0, 0x5401]],
    ['ioctl', 'notPermitted', [0, 0x5412]],
    ['ioctl', 'notPermitted', [0, 0x1_0000_5412]],
    ['ioctl', 'notPermitted', [0, 0x541c]],
    ['ioctl', 'notPermitted', [0, 0x5423]],
    ['personality', 'allow', [0]],
    ['personality', 'allow', [0xffffffff]],
    ['personality', 'notPermitted', [0x0040000]],
    ['personality', 'notPermitted', [8]],
  ] as const)('%s is answered with %s for %j', (name, expected, args) => {
    expect(special(name, ...args)).toBe(RETURNS[expected])
  })

  test.each([
    ['memfd_create', 'noSuchCall', [0n, 0n]],
    ['shmget', 'allow', [0n, 56n, 0o1600n]],
    ['shmget', 'allow', [0n, 4096n, 0o1600n]],
    ['shmget', 'notPermitted', [0n, 4097n, 0o1600n]],
    ['shmget', 'notPermitted', [0n, 0x1_0000_0001n, 0o1600n]],
  ] as const)('where memory is polled %s is answered with %s for a call of %#', (name, expected, args) => {
    const call = { arch: AUDIT_ARCH[arch], number: UNSEEN[name][arch] ?? -1, arguments: args }
    expect(evaluate(programFor(arch, 'polled'), call)).toBe(RETURNS[expected])
    expect(evaluate(program, call)).toBe(RETURNS.allow)
  })

  test('where memory is polled all other calls are answered as with a group', () => {
    const polled = programFor(arch, 'polled')
    const unseen = Object.values(UNSEEN).map(numbers => numbers[arch])
    for (let number = 0; number <= 1000; number++) {
      const call = { arch: AUDIT_ARCH[arch], number }
      if (!unseen.includes(number)) expect(evaluate(polled, call)).toBe(evaluate(program, call))
    }
  })

  test('a call made as another processor kills', () => {
    for (const foreign of [0x40000003, 0x40000028, 0xc000003e, 0xc00000b7, 0xc00000f3]) {
      const expected = foreign === AUDIT_ARCH[arch] ? RETURNS.allow : RETURNS.kill
      expect(evaluate(program, { arch: foreign, number: 0 })).toBe(expected)
    }
  })
})

test('x32 shares the number of x86-64 and kills all the same', () => {
  const read = { arch: AUDIT_ARCH.x64, number: 0x40000000 }
  expect(evaluate(programFor('x64'), read)).toBe(RETURNS.kill)
})

test('there is no filter for a processor whose numbers are not known', () => {
  expect(seccompProgram('riscv64', 'grouped')).toBe(null)
})
