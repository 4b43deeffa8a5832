import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WORKSPACE_BYTES } from '../limits.ts'
import { openTrial, type Trial } from '../trial.ts'
import { createImages, fileSystem, unmountLeftovers } from './images.ts'

const MIB = 1024 ** 2

describe.runIf(process.getuid?.() === 0)('a workspace with a file system of its own', () => {
  let trial: Trial
  beforeAll(async () => {
    trial = await openTrial()
  })
  afterAll(() => trial.close())

  test('ends where it is full, and the run is told to have failed for that', async () => {
    const limits = { fileBytes: 4096 * MIB, wallMs: 60_000 }
    const script = 'head -c 2400000000 /dev/zero > a'
    const result = await trial.sh(script, { limits })
    expect(result.stderr).toContain('No space left on device')
    expect(result).toMatchObject({ killedBy: 'disk', exitCode: 1, signal: null })
    expect(result.guarantees.diskBytes).toBe('hard')
    const fine = await trial.sh(`${script}; rm a`, { limits })
    expect(fine).toMatchObject({ killedBy: null, exitCode: 0 })
  })

  test('says what it holds, in bytes and in files, also those without a name', async () => {
    const workspace = await trial.sandbox.workspace(new Map())
    const used = () => fileSystem(workspace.dir)?.usedBytes ?? 0
    expect(used()).toBeLessThan(MIB)
    const file = await open(join(workspace.dir, 'a'), 'wx')
    await rm(join(workspace.dir, 'a'))
    await file.writeFile(new Uint8Array(8 * MIB))
    expect(used()).toBeGreaterThan(8 * MIB)
    await file.close()
    const many = Array.from({ length: 4000 }, (_, n) => writeFile(join(workspace.dir, `${n}`), ''))
    await Promise.all(many)
    expect(used()).toBeGreaterThan(4000 * 1024)
    await workspace.dispose()
  })

  test('of a smaller limit it is asked how much it holds', async () => {
    const limits = { diskBytes: 16 * MIB, wallMs: 20_000 }
    const result = await trial.sh('head -c 40000000 /dev/zero > a; sleep 10', { limits })
    expect(result).toMatchObject({ killedBy: 'disk', exitCode: null })
    expect(result.guarantees.diskBytes).toBe('polled')
  })

  test('home and workspace share it, and neither devices nor set-user-id programs work there', async () => {
    const workspace = await trial.sandbox.workspace(new Map())
    const mounts = await readFile('/proc/self/mounts', 'utf8')
    const line = mounts
      .split('\n')
      .find(each => workspace.dir.startsWith(`${each.split(' ')[1]}/`) && each.includes('loop'))
    expect(line).toMatch(/ ext4 rw,nosuid,nodev,/)
    expect(fileSystem(workspace.home)?.bytes).toBe(fileSystem(workspace.dir)?.bytes)
    expect(fileSystem(workspace.dir)?.bytes).toBeLessThanOrEqual(WORKSPACE_BYTES)
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

test.runIf(process.getuid?.() === 0)(
  'supervisors that start at the same time may find the same left',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'botwright-images-'))
    const left = join(dir, 'botwright-1-1-0123456789abcdef')
    await mkdir(left)
    expect(await createImages(64 * MIB).mountIn(left)).toBe(join(left, 'disk'))
    await Promise.all([unmountLeftovers(), unmountLeftovers(), unmountLeftovers()])
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(left)
    await rm(dir, { recursive: true })
  },
)

test('what is not there is no file system', () => {
  expect(fileSystem('/no/such/path')).toBe(null)
})
