import { chmod, lchown, lstat, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { OutsideFailure } from '../../failure.ts'

/** Large front ends have a hundred thousand files. */
const ENTRIES_MAX = 500_000
/** As large as a workspace may be. Counted by length, for a hole in a file is written out where it is copied. */
const BYTES_MAX = 2 * 1024 ** 3

/**
 * Makes a directory one that all can read and only we can write, and answers its bytes. Links stay as they are and are
 * not followed; what is neither file nor directory nor link is removed, for whoever opens it may wait for ever.
 */
export async function seal(root: string): Promise<number> {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  let bytes = 0
  let entries = 0
  const paths = [root]
  for (const path of paths) {
    const facts = await lstat(path)
    bytes += facts.size
    entries += 1
    holdBounds(root, entries, bytes)
    if (!facts.isFile() && !facts.isDirectory() && !facts.isSymbolicLink()) {
      await unlink(path)
      continue
    }
    await lchown(path, owner.uid, owner.gid)
    if (facts.isFile()) await chmod(path, facts.mode & 0o111 ? 0o555 : 0o444)
    if (!facts.isDirectory()) continue
    await chmod(path, 0o755)
    for (const name of await readdir(path)) paths.push(join(path, name))
  }
  return bytes
}

function holdBounds(root: string, entries: number, bytes: number): void {
  const what =
    entries > ENTRIES_MAX ? `has more than ${ENTRIES_MAX} files` : `is larger than ${BYTES_MAX} bytes`
  if (entries > ENTRIES_MAX || bytes > BYTES_MAX)
    throw new OutsideFailure(`${root} ${what}`, 'Name fewer or smaller packages.')
}
