import { OutsideFailure } from '../failure.ts'
import type { FileMode, TreeFile } from './archive.ts'
import type { Git } from './git.ts'
import { type PathReason, safePath } from './safePath.ts'
import { TEXT_BYTES_MAX, textOf } from './workTree.ts'

/** A text file of a commit; `blob` is git's hash of its content. */
export type SourceFile = { path: string; blob: string; text: string }

/** The text files of a commit up to 1 MiB each, sorted by path. */
export async function sourcesAt(git: Git, commit: string): Promise<SourceFile[]> {
  const entries = (await entriesAt(git, commit)).filter(
    ({ path, size }) => size <= TEXT_BYTES_MAX && safePath(path).ok,
  )
  const contents = await contentsOf(git, entries)
  return entries.flatMap(({ path, blob }) => {
    const text = textOf(contents(blob))
    return text === undefined ? [] : [{ path, blob, text }]
  })
}

/** Every regular file of a commit, sorted by path; links and submodules are left out. */
export async function snapshotAt(git: Git, commit: string): Promise<Map<string, TreeFile>> {
  const entries = await entriesAt(git, commit)
  const contents = await contentsOf(git, entries)
  return new Map(
    entries.map(({ path, blob, mode }) => [deliverable(path), { content: contents(blob), mode }]),
  )
}

/** A regular file of a commit; `size` in bytes. */
type BlobEntry = { path: string; blob: string; mode: FileMode; size: number }

/** Most files and bytes of one commit that are held in memory at once. */
const FILES_MAX = 20_000
const CONTENT_BYTES_MAX = 200 * 1024 * 1024
/** A header line of `cat-file --batch`: hash, type, size and two line breaks. */
const HEADER_BYTES_MAX = 100

const MODES: Readonly<Record<string, FileMode>> = { '100644': 0o644, '100755': 0o755 }

async function entriesAt(git: Git, commit: string): Promise<BlobEntry[]> {
  const listing = await git.run(['ls-tree', '-r', '-z', '--long', '--full-tree', commit])
  return listing.split('\0').filter(Boolean).flatMap(parseEntry)
}

/** Reads the contents in one go; the answer gives one by its hash. */
async function contentsOf(git: Git, entries: readonly BlobEntry[]): Promise<(blob: string) => Uint8Array> {
  const sizes = new Map(entries.map(entry => [entry.blob, entry.size]))
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (entries.length > FILES_MAX || bytes > CONTENT_BYTES_MAX) throw tooLarge()
  const input = [...sizes.keys()].map(blob => `${blob}\n`).join('')
  const bytesMax = bytes + sizes.size * HEADER_BYTES_MAX
  const contents = parseBatch(await git.bytes(['cat-file', '--batch'], { input, bytesMax }))
  return blob => contents.get(blob) ?? lost(blob)
}

// <mode> SP <type> SP <hash> SP <size, padded> TAB <path>: git-ls-tree(1), "Output format".
const LINE = /^(?<mode>\d+) blob (?<blob>[0-9a-f]+) +(?<size>\d+)\t(?<path>.+)$/s

function parseEntry(line: string): BlobEntry[] {
  const { mode, blob, size, path } = LINE.exec(line)?.groups ?? {}
  const fileMode = mode && MODES[mode]
  return fileMode && blob && path ? [{ path, blob, mode: fileMode, size: Number(size) }] : []
}

// <hash> SP <type> SP <size> LF <content> LF: git-cat-file(1), "Batch output".
function parseBatch(output: Buffer): Map<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>()
  for (let at = 0; at < output.length; ) {
    const lineEnd = output.indexOf('\n', at)
    const [blob = '', type, size] = output.toString('latin1', at, lineEnd).split(' ')
    if (type !== 'blob') lost(blob)
    const end = lineEnd + 1 + Number(size)
    contents.set(blob, output.subarray(lineEnd + 1, end))
    at = end + 1
  }
  return contents
}

function tooLarge(): OutsideFailure {
  return new OutsideFailure(
    `The project has more than ${FILES_MAX} files or ${CONTENT_BYTES_MAX} bytes`,
    'Move generated or large files out of it (.gitignore).',
  )
}

/** Names that some system cannot store are delivered as they are; those that lead out of the folder never. */
const LEADING_OUT: ReadonlySet<PathReason> = new Set(['absolute', 'outside', 'git', 'empty'])

function deliverable(path: string): string {
  const safe = safePath(path)
  if (safe.ok || !LEADING_OUT.has(safe.reason)) return path
  throw new OutsideFailure(
    `The project contains ${JSON.stringify(path)}. ${safe.says}`,
    'Remove it from the repository.',
  )
}

function lost(blob: string): never {
  throw new OutsideFailure(
    `git has no content for ${blob}`,
    'The repository is damaged; restore it from a backup.',
  )
}
