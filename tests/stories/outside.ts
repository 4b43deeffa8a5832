import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Readme } from '../../src/agents/readme.ts'
import { textsOf } from '../../src/cli/folder.ts'
import { readmeFaults } from '../rehearsal/readmeRun.ts'

const run = promisify(execFile)

/**
 * Unpacks a ZIP with a program that is not ours, runs every command of its README as child processes outside the
 * product, and returns what did not go as written.
 */
export async function faultsOutside(zip: Uint8Array, readme: Readme): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'delivered-'))
  try {
    await writeFile(join(home, 'app.zip'), zip)
    await run('python3', ['-m', 'zipfile', '-e', 'app.zip', 'out'], { cwd: home })
    const [root = '', ...more] = await readdir(join(home, 'out'))
    if (root === '' || more.length > 0) return [`the ZIP holds ${[root, ...more].join(', ')}`]
    return await readmeFaults(readme, textsOf(join(home, 'out', root)))
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
