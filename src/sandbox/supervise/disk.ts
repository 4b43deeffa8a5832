import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK_BYTES = 512
/** An empty file costs an inode: count it as one, so that a million of them is not nothing. */
const ENTRY_BYTES_MIN = 1024
/** Deeper paths cannot be named any more (PATH_MAX is 4096), so nothing below would be counted. */
const PATH_LENGTH_MAX = 3500

/**
 * Bytes that a directory takes on the disk; stops counting beyond `bytesMax`. A path too long to be followed counts as
 * beyond. Symbolic links are counted, not followed; what vanishes during the walk is not counted.
 */
export async function diskUsage(dir: string, bytesMax: number): Promise<number> {
  let bytes = 0
  const directories = [dir]
  for (const directory of directories) {
    if (directory.length > PATH_LENGTH_MAX) return Number.POSITIVE_INFINITY
    for (const entry of await entriesOf(directory)) {
      const path = join(directory, entry.name)
      bytes += await entryBytes(path)
      if (entry.isDirectory()) directories.push(path)
      if (bytes > bytesMax) return bytes
    }
  }
  return bytes
}

async function entryBytes(path: string): Promise<number> {
  const facts = await lstat(path).catch(() => null)
  return facts === null ? 0 : Math.max(ENTRY_BYTES_MIN, facts.blocks * BLOCK_BYTES)
}

function entriesOf(directory: string) {
  return readdir(directory, { withFileTypes: true }).catch(() => [])
}
