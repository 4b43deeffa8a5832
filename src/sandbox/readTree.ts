import { constants, type Dirent, opendirSync } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { done, type Refusal, type Result, refuse } from '../failure.ts'
import type { FileContent, Files } from './files.ts'

const READ_BYTES_MAX = 128 * 1024 ** 2
const READ_FILES_MAX = 20_000
/** Directories and links count too: to pass by a million of them takes a minute. */
const READ_ENTRIES_MAX = 50_000
/** The disk answers several questions at once, and a process has only so many open files. */
const READ_AT_ONCE = 16

type ReadReason = 'too_large' | 'unreadable'

/** The regular files below a directory, by relative path: first counted, then measured, then read. */
export async function readTree(root: string): Promise<Result<Files, ReadReason>> {
  const paths = findFiles(root)
  if (!paths.ok) return paths
  const measured = await ofEach(root, paths.value, async path => {
    const { size, mode } = await lstat(path)
    return { path, size, mode }
  })
  if (!measured.ok) return measured
  if (measured.value.reduce((sum, { size }) => sum + size, 0) > READ_BYTES_MAX) return tooLarge()
  const bytesOf = (path: string) => readFile(path, { flag: NO_LINKS })
  const contents = await ofEach(root, paths.value, bytesOf)
  if (!contents.ok) return contents
  const files = new Map<string, FileContent>()
  for (const [index, { path, mode }] of measured.value.entries())
    files.set(relative(root, path), { content: contents.value[index] ?? '', mode: mode & 0o777 })
  return done(files)
}

const NO_LINKS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Not asynchronous: that takes ten times as long, and the number is bounded. */
function findFiles(root: string): Result<string[], ReadReason> {
  const files: string[] = []
  let entries = 0
  const look = (directory: string, further: string[]): Refusal<ReadReason> | null => {
    for (const entry of entriesOf(directory)) {
      if (!entry.isFile() && !entry.isDirectory()) continue
      const path = join(directory, entry.name)
      if (entry.isFile()) files.push(path)
      else further.push(path)
      if (++entries > READ_ENTRIES_MAX || files.length > READ_FILES_MAX) return tooLarge()
    }
    return null
  }
  const directories = [root]
  for (const directory of directories) {
    const refused = ifRefused(root, directory, () => look(directory, directories))
    if (refused !== null) return refused
  }
  return done(files)
}

function ifRefused(
  root: string,
  path: string,
  look: () => Refusal<ReadReason> | null,
): Refusal<ReadReason> | null {
  try {
    return look()
  } catch (error) {
    if (!isRefused(error)) throw error
    return unreadable(root, path)
  }
}

/** One after the other, so that a directory of millions does not have to be held. */
function* entriesOf(directory: string): Generator<Dirent> {
  const open = opendirSync(directory, { bufferSize: 256 })
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) yield entry
  } finally {
    open.closeSync()
  }
}

/** The answers in the order of the paths, or the first path that refuses to answer. */
async function ofEach<Answer>(
  root: string,
  paths: readonly string[],
  ask: (path: string) => Promise<Answer>,
): Promise<Result<Answer[], ReadReason>> {
  const answers: Answer[] = []
  const waiting = paths.entries()
  let refused: Refusal<ReadReason> | null = null
  const work = async () => {
    for (const [index, path] of waiting) {
      if (refused !== null) return
      try {
        answers[index] = await ask(path)
      } catch (error) {
        if (!isRefused(error)) throw error
        refused = unreadable(root, path)
      }
    }
  }
  await Promise.all(Array.from({ length: READ_AT_ONCE }, work))
  return refused ?? done(answers)
}

/** No permission, a path beyond PATH_MAX, or nothing there: by a name that is no UTF-8 its file is not found. */
const REFUSALS: readonly unknown[] = ['EACCES', 'EPERM', 'ENAMETOOLONG', 'ENOENT']

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && REFUSALS.includes(error.code)
}

const SHOWN_MAX = 200

function unreadable(root: string, path: string): Refusal<'unreadable'> {
  const shown = JSON.stringify(relative(root, path).slice(0, SHOWN_MAX))
  return refuse('unreadable', `The workspace holds ${shown}, which cannot be read: remove or rename it.`)
}

function tooLarge(): Refusal<'too_large'> {
  const megabytes = READ_BYTES_MAX / 1024 ** 2
  return refuse(
    'too_large',
    `The workspace holds more than ${megabytes} MiB or ${READ_FILES_MAX} files: remove what was generated.`,
  )
}
