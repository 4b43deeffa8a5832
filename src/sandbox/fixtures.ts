import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ETC_FILES } from './inner.ts'
import { createScratch } from './workspaces.ts'

/** Things of ours that runs see: the synthetic files of `/etc`, and the programs of `inside/`. */
export type Fixtures = { etc: string; programs: string; dispose(): Promise<void> }

/** Where the programs and the private Node are found inside. */
export const PROGRAMS_INSIDE = '/opt/botwright'
export const NODE_INSIDE = '/opt/node/bin/node'

/** Copies, because a checkout under a strict umask can be read by its owner only, and sandboxes run as somebody else. */
export async function createFixtures(stateDir: string): Promise<Fixtures> {
  const { dir, dispose } = await createScratch(stateDir)
  const etc = join(dir, 'etc')
  const programs = join(dir, 'programs')
  await mkdir(etc)
  await Promise.all(Object.entries(ETC_FILES).map(([name, text]) => writeFile(join(etc, name), text)))
  await cp(join(import.meta.dirname, 'inside'), programs, { recursive: true })
  for (const directory of [etc, programs]) await makeReadable(directory)
  return { etc, programs, dispose }
}

async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const name of await readdir(directory)) await chmod(join(directory, name), 0o644)
}
