import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, rename, rmdir, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, OutsideFailure } from '../failure.ts'
import { safePath } from './safePath.ts'

/** Larger files are not text that anyone edits or searches. */
export const TEXT_BYTES_MAX = 1024 * 1024

/** A whole new content of a file; null deletes it. */
export type Change = { path: string; content: string | null }

/** What stands at a path below a root, without following any link on the way. */
export type Found =
  | { kind: 'absent' | 'folder' | 'blocked' }
  | { kind: 'file'; size: number; executable: boolean }

/**
 * Looks at each part of the path in turn.
 * @returns `blocked` when a part is a link, a device, or a file where a folder should be
 */
export async function lookAt(root: string, path: string): Promise<Found> {
  const names = path.split('/')
  for (const depth of names.keys()) {
    const found = await kindOf(join(root, ...names.slice(0, depth + 1)))
    const isLast = depth === names.length - 1
    if (isLast || found.kind === 'absent') return found
    if (found.kind !== 'folder') return { kind: 'blocked' }
  }
  return { kind: 'absent' }
}

/**
 * The text of a file up to `TEXT_BYTES_MAX`; undefined for anything else. What is not UTF-8 is no text: changing it as
 * text would damage it.
 */
export async function readText(root: string, path: string): Promise<string | undefined> {
  const found = await lookAt(root, path)
  if (found.kind !== 'file' || found.size > TEXT_BYTES_MAX) return undefined
  const file = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    return textOf(await file.readFile())
  } finally {
    await file.close()
  }
}

/** The bytes as text; undefined for binary content: not UTF-8, or with a NUL byte. A byte order mark is kept. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * Writes and deletes files; nothing is touched unless every path is safe.
 * @param spare a file on the same file system, outside the tree, through which each content is moved into place
 * @throws OutsideFailure naming the path that is unsafe, goes through a link, or is a folder
 */
export async function applyChanges(root: string, spare: string, changes: readonly Change[]): Promise<void> {
  const checked: Checked[] = []
  for (const change of changes) checked.push(await check(root, change))
  try {
    for (const change of checked) await apply(root, spare, change)
  } catch (thrown) {
    throw new OutsideFailure(`Files could not be written: ${messageOf(thrown)}`, DISK_ADVICE, thrown)
  }
}

const DISK_ADVICE = 'Look at free disk space and at the permissions of the project folder, then try again.'

type Checked = { path: string; content: string | null; executable: boolean }

async function check(root: string, change: Change): Promise<Checked> {
  const safe = safePath(change.path)
  if (!safe.ok) throw unwritable(change.path, safe.says)
  const found = await lookAt(root, safe.value)
  if (found.kind === 'blocked') throw unwritable(change.path, 'A link or a file stands in its way.')
  if (found.kind === 'folder') throw unwritable(change.path, 'It is a folder.')
  // A model cannot chmod: a new script that names its interpreter is meant to be started.
  const executable = found.kind === 'file' ? found.executable : (change.content ?? '').startsWith('#!')
  return { path: safe.value, content: change.content, executable }
}

async function apply(root: string, spare: string, { path, content, executable }: Checked): Promise<void> {
  if (content === null) return remove(root, path)
  await mkdir(join(root, dirname(path)), { recursive: true })
  await writeFile(spare, content)
  await chmod(spare, executable ? 0o755 : 0o644)
  await rename(spare, join(root, path))
}

async function remove(root: string, path: string): Promise<void> {
  await unlink(join(root, path)).catch(unless('ENOENT'))
  await removeEmptied(root, dirname(path))
}

async function removeEmptied(root: string, folder: string): Promise<void> {
  if (folder === '.') return
  try {
    await rmdir(join(root, folder))
  } catch (thrown) {
    return unless('ENOTEMPTY', 'EEXIST', 'ENOENT')(thrown)
  }
  await removeEmptied(root, dirname(folder))
}

async function kindOf(path: string): Promise<Found> {
  const stats = await lstat(path).catch(unless('ENOENT'))
  if (stats === undefined) return { kind: 'absent' }
  if (stats.isDirectory()) return { kind: 'folder' }
  if (stats.isFile()) return { kind: 'file', size: stats.size, executable: (stats.mode & 0o100) !== 0 }
  return { kind: 'blocked' }
}

/** A handler that swallows the named system errors and throws every other. */
export function unless(...codes: readonly string[]): (thrown: unknown) => undefined {
  return thrown => {
    if (thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code))) return undefined
    throw thrown
  }
}

function unwritable(path: string, why: string): OutsideFailure {
  return new OutsideFailure(
    `${JSON.stringify(path)} cannot be written. ${why}`,
    'Choose another path inside the project.',
  )
}
