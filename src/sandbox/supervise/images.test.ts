import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTrial, type Trial } from '../trial.ts'
import { fileSystem } from './images.ts'

const MIB = 1024 ** 2

describe.runIf(process.getuid?.() === 0)('a workspace with a file system of its own', () => {
  let trial: Trial
  beforeAll(async () => {
    trial = await openTrial()
  })
  afterAll(() => trial.close())

  test('ends where it is full, and the run is told to have failed for that', async () => {
    const limits = { fileBytes: 2048 * MIB, wallMs: 60_000 }
    const script = 'head -c 1200000000 /dev/zero > a'
    const result = await trial.sh(script, { limits })
    expect(result.stderr).toContain('No space left on device')
    expect(result).toMatchObject({ killedBy: 'disk', exitCode: 1, signal: null })
    expect(result.guarantees.diskBytes).toBe('hard')
    const fine = await trial.sh(`${script}; rm a`, { limits })
    expect(fine).toMatchObject({ killedBy: null, exitCode: 0 })
  })

  test('home and workspace share it, and neither devices nor set-user-id programs work there', async () => {
    const workspace = await trial.sandbox.workspace(new Map())
    const mounts = await readFile('/proc/self/mounts', 'utf8')
    const line = mounts
      .split('\n')
      .find(each => workspace.dir.startsWith(`${each.split(' ')[1]}/`) && each.includes('loop'))
    expect(line).toMatch(/ ext4 rw,nosuid,nodev,/)
    expect(fileSystem(workspace.home)?.bytes).toBe(fileSystem(workspace.dir)?.bytes)
    expect(fileSystem(workspace.dir)?.bytes).toBeLessThanOrEqual(1024 * MIB)
    expect(fileSystem(workspace.dir)?.isFull).toBe(false)
    await workspace.dispose()
    expect(existsSync(workspace.dir)).toBe(false)
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(trial.stateDir)
  })

  test('it is gone at once, though runs that go on have a copy of its mount', async () => {
    const stop = new AbortController()
    const first = await trial.sandbox.workspace(new Map())
    const going = await trial.sandbox.workspace(new Map())
    const running = trial.shIn(going, 'touch up; sleep 20', {}, stop.signal)
    await expect.poll(() => existsSync(join(going.dir, 'up')), { timeout: 10_000 }).toBe(true)
    await first.dispose()
    await expect.poll(() => loopFiles(trial.stateDir).length, { timeout: 3000 }).toBe(1)
    stop.abort()
    expect((await running).killedBy).toBe('cancelled')
    await going.dispose()
    await expect.poll(() => loopFiles(trial.stateDir).length, { timeout: 3000 }).toBe(0)
  })
})

/** The files below a directory that the kernel holds as loop devices. */
function loopFiles(dir: string): string[] {
  const devices = readdirSync('/sys/block').filter(name => name.startsWith('loop'))
  const files = devices.map(name => `/sys/block/${name}/loop/backing_file`).filter(existsSync)
  return files.map(file => readFileSync(file, 'utf8')).filter(path => path.startsWith(`${dir}/`))
}

test('what is not there is no file system', () => {
  expect(fileSystem('/no/such/path')).toBe(null)
})
