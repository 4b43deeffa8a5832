import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataDirTrouble, makeDataDir } from './dataDir.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'botwright-data-dir-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('it is made with the directories above it, for its owner only, and may be there already', () => {
  const path = join(dir, 'deep', 'er')
  expect([makeDataDir(path).ok, makeDataDir(path).ok]).toEqual([true, true])
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test.each(['/proc', '/proc/self/botwright', '/proc/botwright', '/sys/fs/x/y', '/dev/botwright'])(
  '%s is refused at once',
  path => {
    expect(makeDataDir(path)).toMatchObject({ ok: false, says: expect.stringContaining(path) })
  },
)

test('a link that leads into /proc is refused too', () => {
  symlinkSync('/proc/self', join(dir, 'link'))
  const refused = makeDataDir(join(dir, 'link', 'data', 'here'))
  expect(refused).toMatchObject({ ok: false, says: expect.stringContaining('Nothing can be kept there.') })
})

test('a name that only begins like those of the kernel is none of them', () => {
  mkdirSync(join(dir, 'proc'))
  expect(makeDataDir(join(dir, 'proc', 'x')).ok).toBe(true)
})

test('a file in its place, or on the way to it, is refused with what to do', () => {
  const file = join(dir, 'file')
  writeFileSync(file, '')
  expect(makeDataDir(file)).toMatchObject({ ok: false, says: expect.stringContaining('a file of that name') })
  expect(makeDataDir(join(file, 'x'))).toMatchObject({
    ok: false,
    says: expect.stringContaining('A part of its path is a file.'),
  })
})

test.each(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'])('%s becomes a sentence with what to do', code => {
  const says = dataDirTrouble('/data', Object.assign(new Error(`${code}: no luck`), { code }))
  expect(says).toMatch(/^The data directory \/data cannot be used\. .*--data-dir or DATA_DIR\.$/)
  expect(says).not.toContain(code)
})

test('anything else is left to whoever knows it', () => {
  expect(dataDirTrouble('/data', Object.assign(new Error('x'), { code: 'EBADF' }))).toBeUndefined()
  expect(dataDirTrouble('/data', new TypeError('x'))).toBeUndefined()
})
