import { crc32, inflateRawSync } from 'node:zlib'
import { type Zippable, zipSync } from 'fflate'
import { done, invariant, type Result, refuse } from '../failure.ts'
import { sha256 } from '../id.ts'
import { safePath } from './safePath.ts'
import { readEntries, type ZipEntry } from './zipEntries.ts'

/** Whether the file may be started, as git keeps it. */
export type FileMode = 0o644 | 0o755

export type TreeFile = { content: Uint8Array; mode: FileMode }

export type UnzipReason = 'damaged' | 'too-big' | 'unsafe-path' | 'link' | 'collision' | 'unsupported'

const FILES_MAX = 20_000
const BYTES_MAX = 200 * 1024 * 1024

/**
 * A ZIP of these files below the folder `root`. The same files give the same bytes, on every machine and day.
 * @param files by path relative to the root
 */
export function zip(files: ReadonlyMap<string, TreeFile>, root: string): Uint8Array {
  invariant(safePath(root).ok, 'the root of an archive is a safe path')
  const entries = inByteOrder(files).map(([path, file]) => [`${root}/${path}`, zippable(file)] as const)
  return zipSync(Object.fromEntries(entries), { level: 6, os: UNIX, mtime: FIXED_TIME })
}

/**
 * The files of a ZIP from anywhere, by path as stored; folders are implied. Links, paths that leave the folder, names that
 * differ only in case or are both a file and a folder, encrypted, damaged and oversized (20,000 files, 200 MiB unpacked)
 * archives are refused as a whole.
 */
export function unzip(bytes: Uint8Array): Result<Map<string, TreeFile>, UnzipReason> {
  try {
    const entries = readEntries(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), FILES_MAX)
    return entries.ok ? unpack(entries.value.filter(entry => !entry.name.endsWith('/'))) : entries
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
    return refuse('damaged', 'The archive is damaged; create it again.')
  }
}

/**
 * A name for a set of files: the SHA-256, in hex, of one line a file, in byte order of the paths:
 * path, NUL, mode in octal (644 or 755), NUL, SHA-256 of the content in hex, line feed.
 */
export function treeHash(files: ReadonlyMap<string, TreeFile>): string {
  const lines = inByteOrder(files).map(
    ([path, { content, mode }]) => `${path}\0${mode.toString(8)}\0${sha256(content)}\n`,
  )
  return sha256(lines.join(''))
}

// "Version made by" 3 is Unix: the upper half of the external attributes is st_mode. APPNOTE.TXT 4.4.2 and 4.4.15.
const UNIX = 3
const REGULAR_FILE = 0o100000
const FILE_TYPE = 0o170000
/** ZIP times are local times; without a zone this text means the same stored time everywhere. */
const FIXED_TIME = '2000-01-01T12:00:00'
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1

function zippable({ content, mode }: TreeFile): Zippable[string] {
  return [content, { attrs: ((REGULAR_FILE | mode) << 16) >>> 0 }]
}

function inByteOrder(files: ReadonlyMap<string, TreeFile>): [path: string, file: TreeFile][] {
  return [...files].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

function unpack(entries: readonly ZipEntry[]): Result<Map<string, TreeFile>, UnzipReason> {
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0)
  if (bytes > BYTES_MAX) return refuse('too-big', `The archive unpacks to more than ${BYTES_MAX} bytes.`)
  const files = new Map<string, TreeFile>()
  const taken: Taken = { files: new Set(), folders: new Set() }
  for (const entry of entries) {
    const path = freshPath(entry, taken)
    if (!path.ok) return path
    const content = contentOf(entry)
    if (!content.ok) return content
    files.set(path.value, { content: content.value, mode: isExecutable(entry) ? 0o755 : 0o644 })
  }
  return done(files)
}

/** Names of what came before, without regard to case. */
type Taken = { files: Set<string>; folders: Set<string> }

function freshPath(entry: ZipEntry, { files, folders }: Taken): Result<string, UnzipReason> {
  const shown = JSON.stringify(entry.name)
  const path = safePath(entry.name)
  if (!path.ok) return refuse('unsafe-path', `The archive contains ${shown}. ${path.says}`)
  const folded = path.value.toLowerCase()
  if (files.has(folded)) return refuse('collision', `The archive contains ${shown} twice; rename one.`)
  const around = foldersOf(folded)
  if (folders.has(folded) || around.some(folder => files.has(folder)))
    return refuse('collision', `Of ${shown} a part is both a file and a folder in the archive; rename one.`)
  files.add(folded)
  for (const folder of around) folders.add(folder)
  return path
}

/** `a` and `a/b` of `a/b/c`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function contentOf(entry: ZipEntry): Result<Uint8Array, UnzipReason> {
  if (isSpecial(entry))
    return refuse('link', `${JSON.stringify(entry.name)} is a link or device; archive plain files.`)
  if (entry.flags & ENCRYPTED)
    return refuse('unsupported', 'The archive is encrypted; create it without a password.')
  const unpacked = UNPACK[entry.method]?.(entry)
  if (unpacked === undefined)
    return refuse('unsupported', 'The archive uses an unusual compression; use deflate.')
  const isWhole = unpacked.length === entry.size && crc32(unpacked) === entry.crc
  return isWhole
    ? done(unpacked)
    : refuse('damaged', `${JSON.stringify(entry.name)} is damaged in the archive.`)
}

// The declared size, summed before anything is unpacked, bounds what is unpacked.
const UNPACK: Readonly<Record<number, (entry: ZipEntry) => Uint8Array>> = {
  [STORED]: entry => Uint8Array.from(entry.packed),
  [DEFLATED]: entry => inflateRawSync(entry.packed, { maxOutputLength: Math.max(entry.size, 1) }),
}

/** Offsets that point nowhere are RangeErrors; zlib's errors have codes like Z_DATA_ERROR. */
function isDamage(thrown: unknown): boolean {
  if (thrown instanceof RangeError) return true
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_')
}

function isSpecial({ unixMode }: ZipEntry): boolean {
  const type = unixMode & FILE_TYPE
  return type !== 0 && type !== REGULAR_FILE
}

function isExecutable({ unixMode }: ZipEntry): boolean {
  return (unixMode & 0o111) !== 0
}
