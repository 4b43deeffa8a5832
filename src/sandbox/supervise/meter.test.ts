import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limitsFor } from '../limits.ts'
import { createMeter } from './meter.ts'

const MIB = 1024 ** 2

let workspace = ''
let home = ''
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'botwright-meter-'))
  home = await mkdtemp(join(tmpdir(), 'botwright-meter-'))
})
afterEach(async () => {
  await rm(workspace, { recursive: true })
  await rm(home, { recursive: true })
})

test('a home that stays counts as disk, together with the workspace', async () => {
  await writeFile(join(workspace, 'half'), Buffer.alloc(MIB))
  await writeFile(join(home, 'half'), Buffer.alloc(MIB))
  const meterOf = (megabytes: number, written: readonly string[]) =>
    createMeter(written, limitsFor('test', { diskBytes: megabytes * MIB }))
  const [tight, wide, alone] = [
    meterOf(1.5, [workspace, home]),
    meterOf(3, [workspace, home]),
    meterOf(1.5, [home]),
  ]
  await vi.waitFor(() => expect(tight.inspect(process.pid)).toBe('disk'), { timeout: 5000 })
  expect(wide.inspect(process.pid)).toBeNull()
  expect(alone.inspect(process.pid)).toBeNull()
})
