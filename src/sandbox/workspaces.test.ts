import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTrial, type Trial } from './trial.ts'
import { createWorkspaces } from './workspaces.ts'

let stateDir = ''
let trial: Trial
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'botwright-workspaces-'))
  trial = await openTrial()
})
afterAll(async () => {
  await rm(stateDir, { recursive: true })
  await trial.close()
})

test('files come back as they were put in, with bytes and modes', async () => {
  const workspace = await createWorkspaces(stateDir, null).create(
    new Map([
      ['a/b/c.bin', { content: new Uint8Array([0, 255, 10]) }],
      ['run.sh', { content: 'echo', mode: 0o755 }],
    ]),
  )
  expect((await stat(workspace.dir)).mode & 0o777).toBe(0o700)
  const back = await workspace.read()
  expect(back.ok && [...back.value]).toEqual([
    ['run.sh', { content: Buffer.from('echo'), mode: 0o755 }],
    ['a/b/c.bin', { content: Buffer.from([0, 255, 10]), mode: 0o644 }],
  ])
  await workspace.dispose()
  expect(existsSync(workspace.dir)).toBe(false)
})

test('symbolic links are not followed when files are read back', async () => {
  const workspace = await createWorkspaces(stateDir, null).create(new Map())
  await symlink('/etc/passwd', join(workspace.dir, 'link'))
  await symlink('/etc', join(workspace.dir, 'folder'))
  const back = await workspace.read()
  expect(back.ok && back.value.size).toBe(0)
  await workspace.dispose()
})

test.each(['../a', '/a', 'a/../../b', './a', 'a//b', '', 'a\0b', '..'])(
  'a file at %j is not written',
  async path => {
    const workspaces = createWorkspaces(stateDir, null)
    await expect(workspaces.create(new Map([[path, { content: '' }]]))).rejects.toThrow(
      'a workspace has no file at',
    )
  },
)

test('directories without permissions and paths too long to be named are removed all the same', async () => {
  const workspace = await trial.sandbox.workspace(new Map())
  const nest = `import os
for _ in range(60):
    os.mkdir('d' * 100)
    os.chdir('d' * 100)
os.chdir('/workspace')
os.mkdir('locked')
open('locked/file', 'w').close()
os.chmod('locked', 0)`
  const result = await trial.shIn(workspace, `python3 -c "${nest}"`)
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  await workspace.dispose()
  expect(existsSync(workspace.dir)).toBe(false)
  expect((await readdir(trial.stateDir)).length).toBe(1)
})
