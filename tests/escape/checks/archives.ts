import { type Zippable, zipSync } from 'fflate'
import { treeHash, unzip, zip } from '../../../src/workspace/archive.ts'
import { sh } from '../attempts.ts'
import type { Check, HostCheck } from '../check.ts'

const UNIX = 3
const text = (words: string) => new TextEncoder().encode(words)
const withMode = (content: string, mode: number): Zippable[string] => [
  text(content),
  { os: UNIX, attrs: (mode << 16) >>> 0 },
]

/** Archives that somebody hands us, and which we unpack outside: each is refused as a whole. */
export const archives: readonly Check[] = [
  refused('an archive with a path that goes up is refused', 'unsafe-path', {
    '../planted': text('x'),
    'a/../../planted': text('x'),
  }),
  refused('an archive with an absolute path is refused', 'unsafe-path', { '/etc/planted': text('x') }),
  refused('an archive with a path of another system is refused', 'unsafe-path', { 'C:\\planted': text('x') }),
  refused('an archive with backslashes is refused', 'unsafe-path', { '..\\planted': text('x') }),
  refused('an archive with a NUL in a name is refused', 'unsafe-path', { 'a\0/../../b': text('x') }),
  refused('an archive with a line break in a name is refused', 'unsafe-path', { 'a\nb': text('x') }),
  refused('an archive with hooks for version control is refused', 'unsafe-path', {
    '.git/hooks/post-checkout': text('x'),
    'a/.GIT/config': text('x'),
  }),
  refused('an archive with a name for the home is refused', 'unsafe-path', { '~/planted': text('x') }),
  refused('an archive with a very long name is refused', 'unsafe-path', { ['a'.repeat(300)]: text('x') }),
  refused('an archive with a symbolic link is refused', 'link', { link: withMode('/etc/passwd', 0o120777) }),
  refused('an archive that writes through its own link is refused', 'link', {
    link: withMode('/etc', 0o120777),
    'link/planted': text('x'),
  }),
  refused('an archive with a device is refused', 'link', { null: withMode('', 0o020666) }),
  refused('an archive with a pipe is refused', 'link', { pipe: withMode('', 0o010666) }),
  refused('an archive with two files of one name is refused', 'collision', {
    'a.txt': text('x'),
    './a.txt': text('y'),
  }),
  refused('an archive with two names that differ only in their case is refused', 'collision', {
    'a.txt': text('x'),
    'A.TXT': text('y'),
  }),
  refusedBytes('an archive that says it unpacks to too much is refused', 'too-big', () =>
    patched(zipSync({ 'a.txt': text('x'.repeat(1000)) }), 24, 0x7fffffff),
  ),
  refusedBytes('an archive that unpacks to more than it says is refused', 'damaged', () =>
    patched(zipSync({ 'a.txt': new Uint8Array(2_000_000) }), 24, 10),
  ),
  refusedBytes('an archive whose files all point to the same large content is refused', 'too-big', () => {
    const one = Buffer.from(zipSync({ 'a.txt': new Uint8Array(11_000_000) }))
    return overlapping(one, 20)
  }),
  refusedBytes('an archive of too many files is refused', 'too-big', () =>
    zipSync(
      Object.fromEntries(
        Array.from({ length: 20_001 }, (_, n) => [`${n}`, [new Uint8Array(), { level: 0 }]]),
      ),
    ),
  ),
  {
    name: 'a setuid file in an archive comes out as an ordinary one',
    tried: () => {
      const files = unzip(zipSync({ tool: withMode('x', 0o106755) }))
      return files.ok ? (files.value.get('tool')?.mode.toString(8) ?? '') : files.reason
    },
    holds: answer => answer === '755',
  },
  {
    name: 'an archive with a file where another needs a folder puts nothing outside',
    tried: async stage => {
      const files = unzip(zipSync({ a: text('x'), 'a/b': text('y') }))
      if (!files.ok) return files.reason
      const made = await stage.workspace(files.value).catch(() => null)
      await made?.dispose()
      return made === null ? 'threw' : 'made'
    },
    holds: answer => answer === 'collision' || answer === 'unsafe-path',
  },
  {
    name: 'what a run leaves and we pack unpacks to the same, with nothing of the machine in it',
    tried: async stage => {
      const workspace = await stage.workspace(new Map([['kept', { content: 'x' }]]))
      const command = sh('ln -s $BAIT_FILE a; ln -s /etc b; mkfifo c; ln -s ../.. d')
      await stage.run({ workspace: workspace.dir, phase: 'test', command })
      const back = await workspace.read()
      await workspace.dispose()
      if (!back.ok) return back.reason
      const tree = new Map(
        [...back.value].map(([path, { content }]) => [
          path,
          { content: bytes(content), mode: 0o644 as const },
        ]),
      )
      const again = unzip(zip(tree, 'app'))
      return again.ok ? `${[...again.value.keys()].join()} ${treeHash(tree).length}` : again.reason
    },
    holds: answer => answer === 'app/kept 64',
  },
]

function refused(name: string, reason: string, contents: Zippable): HostCheck {
  return refusedBytes(name, reason, () => zipSync(contents))
}

function refusedBytes(name: string, reason: string, make: () => Uint8Array): HostCheck {
  const tried = () => {
    const result = unzip(make())
    return result.ok ? `unpacked ${[...result.value.keys()].join()}` : result.reason
  }
  return { name, tried, holds: answer => answer === reason }
}

function bytes(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? text(content) : content
}

const CENTRAL = 'PK\x01\x02'
const END = 'PK\x05\x06'

/** The archive with another number at this offset of its first central header (APPNOTE.TXT 4.3.12). */
function patched(archive: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Buffer.from(archive)
  copy.writeUInt32LE(value, copy.indexOf(CENTRAL, 'latin1') + offset)
  return copy
}

/** An archive whose directory names the one content `count` times, under names of one length. */
function overlapping(archive: Buffer, count: number): Uint8Array {
  const directory = archive.indexOf(CENTRAL, 'latin1')
  const end = archive.indexOf(END, directory, 'latin1')
  const entries = Array.from({ length: count }, (_, index) => {
    const entry = Buffer.from(archive.subarray(directory, end))
    entry.write(String.fromCharCode(97 + index), 46, 'latin1')
    return entry
  })
  const tail = Buffer.from(archive.subarray(end))
  tail.writeUInt16LE(count, 8)
  tail.writeUInt16LE(count, 10)
  tail.writeUInt32LE((end - directory) * count, 12)
  return Buffer.concat([archive.subarray(0, directory), ...entries, tail])
}
