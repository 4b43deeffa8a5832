import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { FileContent, Files } from '../files.ts'

/** Of what was fetched, only what says names, versions and licences. */
const TELLING =
  /^(?:package\.json|METADATA|Cargo\.toml|(?:LICEN[CS]E|COPYING|UNLICENSE)(?:[.-][\w.-]+)?|[\w.-]+\.pom)$/i

const ENTRIES_MAX = 300_000
const FILES_MAX = 30_000
const FILE_BYTES_MAX = 512 * 1024
const BYTES_MAX = 96 * 1024 ** 2

/**
 * Reads the telling files of directories with fetched dependencies. They were written by packages: links are not
 * followed, and whatever is larger than such a file ever is, is left out.
 */
export async function readInstalled(directories: readonly string[]): Promise<Files> {
  const files = new Map<string, FileContent>()
  let bytes = 0
  for (const root of directories) {
    for await (const path of tellingFiles(root)) {
      if (files.size >= FILES_MAX || bytes > BYTES_MAX) return files
      const content = await readBounded(path)
      if (content === null) continue
      bytes += content.length
      files.set(relative(root, path), { content })
    }
  }
  return files
}

async function* tellingFiles(root: string): AsyncGenerator<string> {
  const queue = [root]
  let seen = 0
  for (const directory of queue) {
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      if (++seen > ENTRIES_MAX) return
      const path = join(directory, entry.name)
      if (entry.isDirectory()) queue.push(path)
      else if (entry.isFile() && TELLING.test(entry.name)) yield path
    }
  }
}

async function readBounded(path: string): Promise<Buffer | null> {
  let file: FileHandle | null = null
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const { size } = await file.stat()
    return size > FILE_BYTES_MAX ? null : await file.readFile()
  } catch {
    return null
  } finally {
    await file?.close()
  }
}
