import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTree } from './readTree.ts'
import { execute } from './supervise/process.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-tree-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Python names files by bytes. */
function inside(program: string) {
  return execute('/usr/bin/python3', ['-c', `import os\nos.chdir(${JSON.stringify(dir)})\n${program}`])
}

test.each([
  ['file', "open(b'bad-\\xff', 'w').close()", 'bad-'],
  ['directory', "os.mkdir(b'bad-\\xff')", 'bad-'],
])('a %s whose name is no UTF-8 is named, and nothing is read', async (_, program, named) => {
  await writeFile(join(dir, 'good'), 'x')
  await inside(program)
  expect(await readTree(dir)).toMatchObject({ reason: 'unreadable', says: expect.stringContaining(named) })
})

test('a link, a pipe and a socket are left out, whatever their name', async () => {
  await inside("os.symlink('/etc/passwd', b'\\xff')\nos.mkfifo('pipe')\nos.mknod('socket', 0o140600)")
  await writeFile(join(dir, 'good'), 'x')
  expect(await readTree(dir)).toEqual({
    ok: true,
    value: new Map([['good', { content: Buffer.from('x'), mode: 0o644 }]]),
  })
})

test('a path that is too long to be named is unreadable', async () => {
  await inside("for _ in range(30):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)")
  expect(await readTree(dir)).toMatchObject({ reason: 'unreadable' })
  await execute('/bin/rm', ['-rf', '--', dir])
})

const NOBODY = 65534

/** Root may read everything, so it is nobody for a while. */
async function asOrdinary<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    return await act()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

test.each(['file', 'directory'])('a %s that nobody may read is unreadable', async kind => {
  const path = join(dir, 'locked')
  if (kind === 'file') await writeFile(path, 'x')
  else await mkdir(path)
  await chmod(dir, 0o755)
  await chmod(path, 0)
  expect(await asOrdinary(() => readTree(dir))).toMatchObject({
    reason: 'unreadable',
    says: expect.stringContaining('locked'),
  })
  await chmod(path, 0o700)
})

test('20,000 files come back, and one more is too large', async () => {
  await inside("for n in range(20000): open(f'f{n}', 'w').close()")
  const read = await readTree(dir)
  expect(read.ok && read.value.size).toBe(20_000)
  await writeFile(join(dir, 'more'), '')
  expect(await readTree(dir)).toMatchObject({ reason: 'too_large' })
})

test('more than 128 MiB are too large, and none of it is read', async () => {
  await writeFile(join(dir, 'sparse'), '')
  await truncate(join(dir, 'sparse'), 128 * 1024 ** 2 + 1)
  expect(await readTree(dir)).toMatchObject({ reason: 'too_large' })
})

test('directories count too', async () => {
  await inside("for n in range(50001): os.mkdir(f'd{n}')")
  expect(await readTree(dir)).toMatchObject({ reason: 'too_large' })
})
