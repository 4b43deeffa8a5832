import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunResult } from '../backend.ts'
import { newMark } from '../supervise/marks.ts'
import { openStreams } from '../supervise/pipes.ts'
import { type Ended, runProcess } from '../supervise/process.ts'
import { commandLines } from '../supervise/processes.ts'
import { openTrial } from '../trial.ts'

const NOBODY = 65534

let dir = ''
let stateDir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-supervisor-'))
  stateDir = join(dir, 'state')
})
afterEach(() => rm(dir, { recursive: true }))

/** Starts `trialSupervisor.ts` after the words of `before`. */
async function supervise(
  script: string,
  rest: {
    before?: string[]
    program?: string
    node?: string
    env?: Record<string, string>
    signal?: AbortSignal
    backend?: 'none' | 'bubblewrap'
  } = {},
): Promise<Ended> {
  const streams = join(dir, 'streams')
  await mkdir(streams)
  const {
    node = process.execPath,
    program = join(import.meta.dirname, 'trialSupervisor.ts'),
    backend = 'bubblewrap',
  } = rest
  const [first = node, ...more] = [...(rest.before ?? []), node, program, stateDir, script, backend]
  return runProcess({
    argv: [first, ...more],
    env: rest.env ?? {},
    cwd: dir,
    mark: newMark(),
    streams: await openStreams(streams, null),
    wallMs: 25_000,
    outputBytes: 1_000_000,
    signal: rest.signal,
    inspect: () => null,
  })
}

function resultOf(ended: Ended): RunResult {
  expect(ended.stderr).toBe('')
  return JSON.parse(ended.stdout)
}

const CHECKOUT = join(import.meta.dirname, '..', '..', '..')

/** In a mount namespace of its own, so that nobody's user finds a checkout that it may not be able to reach. */
function asNobody(place: string): string[] {
  const enter = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
  return [
    ...['/usr/bin/unshare', '--mount', '--propagation', 'private', '--'],
    ...['/bin/sh', '-c', enter, 'enter', CHECKOUT, place],
    ...['/usr/bin/setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
  ]
}

test('an ordinary user has a sandbox too', async () => {
  const place = join(dir, 'checkout')
  await mkdir(place)
  await copyFile(process.execPath, join(dir, 'node'))
  await chmod(dir, 0o755)
  await mkdir(stateDir)
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(stateDir, NOBODY, NOBODY)
  const ended = await supervise(
    'cat given; echo " $(id -un)"; echo x > made; echo ok > /dev/stdout; cat /etc/shadow',
    {
      before: isRoot ? asNobody(place) : [],
      program: join(isRoot ? place : CHECKOUT, 'src/sandbox/bubblewrap/trialSupervisor.ts'),
      node: join(dir, 'node'),
    },
  )
  const result = resultOf(ended)
  expect(result.stdout).toBe('given sandbox\nok\n')
  expect(result.stderr).toContain('/etc/shadow')
  expect(result.exitCode).toBe(1)
})

test('neither descriptors nor the environment of the supervisor arrive inside', async () => {
  const script = 'ls -l /proc/self/fd; env; cat /proc/[0-9]*/environ'
  const leaky = ['/bin/bash', '-c', 'exec 8</etc/hostname 57</etc/passwd 58>>/dev/null; exec "$0" "$@"']
  const { stdout } = resultOf(await supervise(script, { before: leaky, env: { SECRET: 'hush-hush' } }))
  expect(stdout).toContain('HOME=/home/sandbox')
  expect(stdout).not.toContain('hush')
  expect(stdout).not.toMatch(/passwd|hostname|socket:/)
  // Where something was inherited there is nothing now; `ls` itself reads the directory.
  expect(stdout.match(/57 -> \S+/)?.[0]).toBe('57 -> /dev/null')
})

test('what a killed supervisor left is ended and swept, and what a living one uses is not', async () => {
  const stop = new AbortController()
  const dying = supervise('sleep 7654321', { signal: stop.signal })
  const running = () => commandLines().filter(({ line }) => line.startsWith('sleep 7654321'))
  await vi.waitFor(() => expect(running()).toHaveLength(1), { timeout: 20_000 })
  const living = await openTrial({ stateDir })
  const used = await living.sandbox.workspace(new Map())
  // The workspace, the streams and the fixtures of the other, and two of this one.
  expect(await readdir(stateDir)).toHaveLength(5)
  expect(running()).toHaveLength(1)
  stop.abort()
  await dying
  await vi.waitFor(() => expect(running()).toHaveLength(0), { timeout: 5_000 })
  expect(await living.sandbox.sweep()).toBe(3)
  expect(await readdir(stateDir)).toHaveLength(2)
  await used.dispose()
  await living.close()
  await mkdir(stateDir, { recursive: true })
})

test('an orphan of a killed supervisor is ended by the sweep of the next', async () => {
  const stop = new AbortController()
  const dying = supervise('exec sleep 7654322', { signal: stop.signal, backend: 'none' })
  const sleeping = () => commandLines().filter(({ line }) => line.startsWith('sleep 7654322'))
  await vi.waitFor(() => expect(sleeping()).toHaveLength(1), { timeout: 20_000 })
  stop.abort()
  await dying
  expect(sleeping()).toHaveLength(1)
  const next = await openTrial({ stateDir, backend: 'none' })
  await vi.waitFor(() => expect(sleeping()).toEqual([]), { timeout: 5_000 })
  await next.close()
  await mkdir(stateDir, { recursive: true })
})
