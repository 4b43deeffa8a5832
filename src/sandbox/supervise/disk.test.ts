import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diskUsage, ENTRY_BYTES_MIN, namelessBytes } from './disk.ts'
import { execute } from './process.ts'

const MIB = 1024 ** 2

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-disk-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('what is below counts, and an empty file counts as an inode', async () => {
  await mkdir(join(dir, 'a/b'), { recursive: true })
  await writeFile(join(dir, 'a/b/large'), new Uint8Array(MIB))
  await writeFile(join(dir, 'a/empty'), '')
  const bytes = await diskUsage(dir, 100 * MIB)
  expect(bytes).toBeGreaterThanOrEqual(MIB + ENTRY_BYTES_MIN)
  expect(bytes).toBeLessThan(1.1 * MIB)
})

test('beyond the limit nothing is counted any more', async () => {
  for (let n = 0; n < 20; n++) await writeFile(join(dir, `${n}`), '')
  expect(await diskUsage(dir, 10 * ENTRY_BYTES_MIN)).toBe(11 * ENTRY_BYTES_MIN)
})

test('a path that is too long to be followed is beyond every limit', async () => {
  const program = `import os\nos.chdir('${dir}')\nfor _ in range(30):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)`
  await execute('/usr/bin/python3', ['-c', program])
  expect(await diskUsage(dir, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
  await execute('/bin/rm', ['-rf', '--', dir])
})

test('a file that is deleted counts once for as long as it is open', async () => {
  const path = join(dir, 'file')
  const written = await open(path, 'wx')
  const again = await open(path, 'r')
  await written.writeFile(new Uint8Array(MIB))
  expect(await namelessBytes(process.pid, dir)).toBe(0)
  await rm(path)
  expect(await namelessBytes(process.pid, dir)).toBe(MIB)
  await written.close()
  expect(await namelessBytes(process.pid, dir)).toBe(MIB)
  await again.close()
  expect(await namelessBytes(process.pid, dir)).toBe(0)
})

test('what is not there takes nothing', async () => {
  expect(await diskUsage(join(dir, 'none'), MIB)).toBe(0)
  expect(await namelessBytes(process.pid, join(dir, 'none'))).toBe(0)
})
