import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Writes the files into a fresh folder, does the work there, and takes the folder away again. */
export async function inFolder<Value>(
  files: Iterable<readonly [path: string, content: string]>,
  work: (folder: string) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'))
  try {
    for (const [path, content] of files) await write(join(folder, path), content)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
