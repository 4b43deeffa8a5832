import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Zippable, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { sha256 } from '../id.ts'
import { type FileMode, type TreeFile, treeHash, unzip, zip } from './archive.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const file = (text: string, mode: FileMode = 0o644): TreeFile => ({ content: bytes(text), mode })

const name = fc.stringMatching(/^[a-zä-ö_][a-z0-9_-]{0,8}$/)
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => names.join('/'))
const treeFile = fc.record({
  content: fc.uint8Array({ maxLength: 2000 }),
  mode: fc.constantFrom<FileMode>(0o644, 0o755),
})
const trees = fc
  .array(fc.tuple(path, treeFile), { maxLength: 8 })
  .map(entries => new Map(entries))
  .filter(files =>
    [...files.keys()].every(one => ![...files.keys()].some(other => other.startsWith(`${one}/`))),
  )

test('what is zipped is unzipped the same, modes included', () => {
  fc.assert(
    fc.property(trees, files => {
      const result = unzip(zip(files, 'app'))
      expect(result.ok).toBe(true)
      if (!result.ok) return
      const stripped = new Map([...result.value].map(([at, one]) => [at.replace(/^app\//, ''), one]))
      expect(treeHash(stripped)).toBe(treeHash(files))
      expect(stripped.size).toBe(files.size)
    }),
  )
})

test('the same files in any order give the same bytes and the same hash', () => {
  fc.assert(
    fc.property(trees, files => {
      const reversed = new Map([...files].reverse())
      expect(sha256(zip(reversed, 'app'))).toBe(sha256(zip(files, 'app')))
      expect(treeHash(reversed)).toBe(treeHash(files))
    }),
  )
})

test('the bytes do not depend on the day or the time zone', () => {
  const made = zip(new Map([['a.txt', file('a')]]), 'app')
  // 12:00 on 2000-01-01 in MS-DOS format, at its place in the local header (APPNOTE.TXT 4.4.6).
  expect(Buffer.from(made).readUInt16LE(10)).toBe(12 << 11)
  expect(Buffer.from(made).readUInt16LE(12)).toBe((20 << 9) | (1 << 5) | 1)
})

test('a common unzip agrees about names, contents and modes', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'archive-'))
  await writeFile(
    join(dir, 'a.zip'),
    zip(
      new Map([
        ['bin/run', file('echo hi\n', 0o755)],
        ['ä.txt', file('text')],
      ]),
      'app',
    ),
  )
  const script =
    'import sys,zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(i.filename, oct(i.external_attr>>16), i.file_size)'
  const listing = spawnSync('python3', ['-c', script, join(dir, 'a.zip')], {
    encoding: 'utf8',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', PYTHONUTF8: '1' },
  })
  expect(listing.stdout).toBe('app/bin/run 0o100755 8\napp/ä.txt 0o100644 4\n')
  expect(existsSync(join(dir, 'app'))).toBe(false)
  await rm(dir, { recursive: true })
})

test('the tree hash tells apart contents, modes and paths, and is what its description says', () => {
  const base = treeHash(new Map([['a', file('x')]]))
  const others = [
    new Map([['a', file('y')]]),
    new Map([['a', file('x', 0o755)]]),
    new Map([['b', file('x')]]),
  ]
  expect(new Set([base, ...others.map(treeHash)]).size).toBe(4)
  expect(base).toBe(sha256(`a\x00644\0${sha256('x')}\n`))
  expect(treeHash(new Map())).toBe(sha256(''))
})

test('files are sorted by bytes, not by UTF-16 units', () => {
  const tree = new Map([
    ['\u{1f600}', file('x')],
    ['\uffee', file('x')],
  ])
  const line = (one: string) => `${one}\x00644\0${sha256('x')}\n`
  expect(treeHash(tree)).toBe(sha256(line('\uffee') + line('\u{1f600}')))
})

test('paths that leave the folder, collide or are no files are refused', () => {
  const link: Zippable[string] = [bytes('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }]
  const refused: [string, Zippable][] = [
    ['unsafe-path', { '../up.txt': bytes('x') }],
    ['unsafe-path', { '/etc/passwd': bytes('x') }],
    ['unsafe-path', { 'a\\..\\b': bytes('x') }],
    ['unsafe-path', { 'a/.git/config': bytes('x') }],
    ['link', { link }],
    ['collision', { 'a.txt': bytes('x'), 'A.txt': bytes('y') }],
    ['collision', { 'a.txt': bytes('x'), './a.txt': bytes('y') }],
    ['collision', { a: bytes('x'), 'a/b/c': bytes('y') }],
    ['collision', { 'a/b/c': bytes('x'), 'A/b': bytes('y') }],
  ]
  for (const [reason, contents] of refused) {
    expect(unzip(zipSync(contents)), JSON.stringify(Object.keys(contents))).toMatchObject({
      ok: false,
      reason,
    })
  }
})

test('folders in an archive are passed over and stored files are read', () => {
  const result = unzip(zipSync({ 'a/': new Uint8Array(), 'a/b.txt': [bytes('b'), { level: 0 }] }))
  expect(result).toEqual({ ok: true, value: new Map([['a/b.txt', file('b')]]) })
})

test('an archive that says it unpacks to too much is refused before unpacking', () => {
  const bomb = Buffer.from(zipSync({ 'a.txt': bytes('x'.repeat(1000)) }))
  bomb.writeUInt32LE(0x7fffffff, bomb.indexOf('PK\x01\x02', 'latin1') + 24)
  expect(unzip(bomb)).toMatchObject({ ok: false, reason: 'too-big' })
})

test('an archive that unpacks to more than it says is refused', () => {
  const bomb = Buffer.from(zipSync({ 'a.txt': bytes('x'.repeat(100_000)) }))
  bomb.writeUInt32LE(10, bomb.indexOf('PK\x01\x02', 'latin1') + 24)
  expect(unzip(bomb)).toMatchObject({ ok: false, reason: 'damaged' })
})

test('an archive that unpacks to less than it says is refused', () => {
  const short = Buffer.from(zipSync({ 'a.txt': bytes('x'.repeat(1000)) }))
  short.writeUInt32LE(1001, short.indexOf('PK\x01\x02', 'latin1') + 24)
  expect(unzip(short)).toMatchObject({ ok: false, reason: 'damaged' })
})

test('contents that do not have their checksum are refused', () => {
  const changed = Buffer.from(zipSync({ 'a.txt': [bytes('good'), { level: 0 }] }))
  changed.write('evil', changed.indexOf('good'))
  expect(unzip(changed)).toMatchObject({ ok: false, reason: 'damaged' })
})

test('an archive with too many files is refused', () => {
  const many: Zippable = {}
  for (let index = 0; index <= 20_000; index++) many[`${index}.txt`] = [new Uint8Array(), { level: 0 }]
  expect(unzip(zipSync(many))).toMatchObject({ ok: false, reason: 'too-big' })
})

test('an encrypted archive is refused with advice', () => {
  const encrypted = Buffer.from(zipSync({ 'a.txt': bytes('x') }))
  encrypted.writeUInt16LE(1, encrypted.indexOf('PK\x01\x02', 'latin1') + 8)
  expect(unzip(encrypted)).toMatchObject({ ok: false, reason: 'unsupported' })
})

test('any damage is a refusal or harmless, never an exception', () => {
  const whole = zip(
    new Map([
      ['a.txt', file('text '.repeat(50))],
      ['b.txt', file('b')],
    ]),
    'app',
  )
  expect(unzip(new Uint8Array())).toMatchObject({ reason: 'damaged' })
  expect(unzip(whole.subarray(0, -30))).toMatchObject({ reason: 'damaged' })
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Uint8Array.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ flip
      expect(typeof unzip(damaged).ok).toBe('boolean')
    }),
    { numRuns: 500 },
  )
})
