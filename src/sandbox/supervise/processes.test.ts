import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { treeUsage } from './processes.ts'

const MIB = 1024 ** 2

let child: ChildProcess | null = null
afterEach(async () => {
  if (child?.pid === undefined) return
  const exit = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await exit
  child = null
})

/** Starts a program of Python in a group of its own, and waits until it and all that it forked have printed a line. */
async function started(program: string, lines: number): Promise<number> {
  const prelude = 'import mmap, os, sys, time\n'
  child = spawn('/usr/bin/python3', ['-uc', prelude + program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let seen = ''
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk)
    if (seen.split('\n').length > lines) break
  }
  return child.pid ?? 0
}

const SHARED = `block = mmap.mmap(-1, 64 << 20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
def touch():
    for at in range(0, 64 << 20, 4096): block[at] = 1
`
const WAIT = "\nsys.stdout.write('.\\n')\ntime.sleep(60)"

test('memory that is shared counts, and by a fork only once when it matters', async () => {
  const pid = await started(`${SHARED}os.fork()\nos.fork()\ntouch()${WAIT}`, 4)
  const { memoryBytes } = treeUsage(pid, 100 * MIB)
  expect(memoryBytes).toBeGreaterThan(64 * MIB)
  expect(memoryBytes).toBeLessThan(128 * MIB)
  expect(treeUsage(pid, 1024 * MIB).memoryBytes).toBeGreaterThan(4 * 64 * MIB)
})

test('shared memory of each for itself counts for each', async () => {
  const pid = await started(`os.fork()\nos.fork()\n${SHARED}touch()${WAIT}`, 4)
  expect(treeUsage(pid, 100 * MIB).memoryBytes).toBeGreaterThan(4 * 64 * MIB)
})

test('memory of its own counts', async () => {
  const pid = await started(`block = os.urandom(50 << 20)${WAIT}`, 1)
  const { memoryBytes } = treeUsage(pid, 1024 * MIB)
  expect(memoryBytes).toBeGreaterThan(50 * MIB)
  expect(memoryBytes).toBeLessThan(80 * MIB)
})

test('what has ended uses nothing', () => {
  expect(treeUsage(2 ** 30, MIB)).toEqual({ cpuMs: 0, memoryBytes: 0 })
})
