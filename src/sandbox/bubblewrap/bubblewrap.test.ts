import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../open.ts'
import { filesOf, openTrial, type Trial } from '../trial.ts'

// As root the first needs a doorway, and the second does not; to an ordinary user they are the same.
describe.each([
  ['in a private directory', 0o700],
  ['in a directory that all may pass', 0o711],
])('%s', (_, mode) => {
  let trial: Trial
  beforeAll(async () => {
    trial = await openTrial({ mode })
  })
  afterAll(() => trial.close())

  test('a command finds the files, leaves files, and says how it ended', async () => {
    const workspace = await trial.sandbox.workspace(filesOf({ 'in/a.txt': 'hello' }))
    const result = await trial.shIn(workspace, 'cat in/a.txt; echo oh >&2; echo new > made.txt; exit 7')
    expect(result).toMatchObject({
      exitCode: 7,
      signal: null,
      killedBy: null,
      stdout: 'hello',
      stderr: 'oh\n',
    })
    expect(result.truncated).toBe(false)
    const back = await workspace.read()
    expect(back.ok && back.value.get('made.txt')?.content.toString()).toBe('new\n')
    await workspace.dispose()
  })

  test('standard streams can be opened by their names', async () => {
    const script = 'echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin; cat < /proc/self/fd/0'
    const result = await trial.sh(script, { stdin: 'given\n' })
    expect(result).toMatchObject({ exitCode: 0, stdout: 'out\ngiven\ngiven\n', stderr: 'err\n' })
  })

  test('the user inside is nobody in particular', async () => {
    expect(
      (await trial.sh('id -un; hostname; echo $HOME; pwd; touch $HOME/x /tmp/x && echo ok')).stdout,
    ).toBe('sandbox\nsandbox\n/home/sandbox\n/workspace\nok\n')
  })

  test('to the machine the user inside is the owner of the workspace, and never root', async () => {
    const workspace = await trial.sandbox.workspace(new Map())
    await trial.shIn(workspace, 'touch made')
    const { uid } = await stat(join(workspace.dir, 'made'))
    expect(uid).toBe((await stat(workspace.dir)).uid)
    expect(uid).not.toBe(0)
    await workspace.dispose()
  })

  test('a read-only workspace cannot be written', async () => {
    const result = await trial.sh('cat a; echo x > b', { files: filesOf({ a: 'text' }), readOnly: true })
    expect(result).toMatchObject({ exitCode: 2, stdout: 'text' })
    expect(result.stderr).toContain('Read-only file system')
  })

  test('the private Node is there', async () => {
    expect((await trial.sh('/opt/node/bin/node --version')).stdout.trim()).toBe(process.version)
  })
})

describe('beside its runs', () => {
  let trial: Trial
  beforeAll(async () => {
    trial = await openTrial({ slots: 1 })
  })
  afterAll(() => trial.close())

  test('a further mount is read-only', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'botwright-mount-'))
    await chmod(dir, 0o755)
    await writeFile(join(dir, 'file'), 'mounted')
    const mounts = [{ host: dir, inside: '/opt/more' }]
    const result = await trial.sh('cat /opt/more/file; echo x > /opt/more/file', { mounts })
    expect(result).toMatchObject({ exitCode: 2, stdout: 'mounted' })
    await rm(dir, { recursive: true })
  })

  test('every result says how each limit was held', async () => {
    const { guarantees } = await trial.sh('true')
    expect(guarantees).toMatchObject({ network: 'hard', processes: 'hard', cpuSeconds: 'polled' })
    expect(trial.sandbox.guarantees).toEqual(guarantees)
    // What the workspace can hold is more than this limit, so somebody has to look.
    const small = await trial.sh('true', { limits: { diskBytes: 16 * 1024 ** 2 } })
    expect(small.guarantees.diskBytes).toBe('polled')
  })

  test('a command that is not there ends with 127, as in a shell', async () => {
    const result = await trial.sh('', { command: ['no-such-program'] })
    expect(result.exitCode).toBe(127)
    expect(result.stderr).toContain('not found')
  })

  test('what a command leaves running ends with it', async () => {
    const result = await trial.sh('sleep 600 & echo started')
    expect(result).toMatchObject({ exitCode: 0, stdout: 'started\n' })
    expect(result.usage.wallMs).toBeLessThan(10_000)
  })

  test('a crash names its signal', async () => {
    expect(await trial.sh('kill -SEGV $$')).toMatchObject({
      exitCode: 139,
      signal: 'SIGSEGV',
      killedBy: null,
    })
  })

  test('a run that was cancelled while it waited for its turn never starts', async () => {
    const stop = new AbortController()
    const first = trial.sh('read line', { stdin: '' })
    const second = trial.sh('echo ran', { signal: stop.signal })
    stop.abort()
    expect(await second).toMatchObject({ killedBy: 'cancelled', exitCode: null, stdout: '' })
    await first
  })
})

describe('detection', () => {
  const opened = async (script: string | null) => {
    const dir = await mkdtemp(join(tmpdir(), 'botwright-detect-'))
    const bwrapPath = join(dir, 'bwrap')
    if (script !== null) await writeFile(bwrapPath, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const stateDir = join(dir, 'state')
    const result = await openSandbox({
      backend: 'bubblewrap',
      bwrapPath,
      stateDir,
      nodePath: process.execPath,
      slots: 1,
    })
    await rm(dir, { recursive: true })
    return result
  }

  test('a missing bubblewrap is a refusal that says how to install it', async () => {
    expect(await opened(null)).toMatchObject({
      ok: false,
      reason: 'bwrap_missing',
      says: expect.stringContaining('apt-get install bubblewrap'),
    })
  })

  test('what bubblewrap complains of is explained', async () => {
    const complains = (text: string) => `[ "$1" = --version ] || { echo "bwrap: ${text}" >&2; exit 1; }`
    expect(await opened(complains('Unknown option --disable-userns'))).toMatchObject({
      ok: false,
      reason: 'bwrap_old',
    })
    expect(await opened(complains('setting up uid map: Permission denied'))).toMatchObject({
      ok: false,
      reason: 'namespaces_denied',
    })
  })

  test('a bubblewrap that ends well without having started anything is not believed', async () => {
    expect(await opened('exit 0')).toMatchObject({ ok: false, reason: 'launch_failed' })
  })
})
