import { constants } from 'node:fs'
import { chown, lstat, mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileContent, Files } from '../files.ts'

/** Lock files of very large projects have a few MB. */
const PLAIN_BYTES_MAX = 16 * 1024 ** 2

/** Writes files of ours into a home directory in which nothing has run yet; they belong to its owner. */
export async function fillHome(home: string, files: Files): Promise<void> {
  const { uid, gid } = await lstat(home)
  for (const [path, { content, mode = 0o644 }] of files) {
    const file = join(home, path)
    const made = await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content, { flag: 'wx', mode })
    await chown(file, uid, gid)
    for (
      let above = dirname(file);
      made !== undefined && above.length >= made.length;
      above = dirname(above)
    ) {
      await chown(above, uid, gid)
    }
  }
}

/** Those of these files that are there as ordinary files; what ran before may have put links in their places. */
export async function readPlain(dir: string, paths: readonly string[]): Promise<Files> {
  const files = new Map<string, FileContent>()
  for (const path of paths) {
    const content = await contentOf(join(dir, path))
    if (content !== null) files.set(path, { content })
  }
  return files
}

async function contentOf(path: string): Promise<Uint8Array | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  )
  if (file === null) return null
  try {
    const facts = await file.stat()
    return facts.isFile() && facts.size <= PLAIN_BYTES_MAX ? await file.readFile() : null
  } finally {
    await file.close()
  }
}
