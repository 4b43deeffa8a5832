import { join } from 'node:path'
import { sha256 } from '../../id.ts'
import type { Mount } from '../backend.ts'
import type { Sandbox } from '../open.ts'
import type { Warmth } from '../toolchains/toolchain.ts'
import type { Snapshots } from './snapshots.ts'

/** What a fresh home begins with: a copy, for every run writes to its own. */
export type Warm = { mount: Mount; begin: readonly string[] }

/** Changes when the way in which it is made changes. */
const EDITION = 1

/**
 * What the compiler keeps of its own library, made once for each version of it by a program of ours, so that no project
 * has any part in it. Null where it cannot be made: then it is compiled where it is needed.
 */
export async function warm(
  { sandbox, snapshots }: { sandbox: Sandbox; snapshots: Snapshots },
  warmth: Warmth,
  versions: ReadonlyMap<string, string>,
): Promise<Warm | null> {
  const { keeps, begin } = warmth
  const key = sha256(JSON.stringify(['warmth', EDITION, warmth.command, keeps, [...versions].sort()]))
  const kept = (await snapshots.find(key)) ?? (await make(sandbox, snapshots, warmth, key))
  return kept === null ? null : { mount: { host: kept.dir, inside: keeps.inside }, begin }
}

async function make(
  sandbox: Sandbox,
  snapshots: Snapshots,
  { files, command, env, limits, keeps }: Warmth,
  key: string,
) {
  const workspace = await sandbox.workspace(files)
  try {
    const { dir, home } = workspace
    const result = await sandbox.run({ workspace: dir, home, phase: 'scripts', command, env, limits })
    if (result.exitCode !== 0) return null
    return await snapshots.keep(key, join(dir, keeps.directory), {
      made: new Map(),
      checks: [],
      writable: [],
    })
  } finally {
    await workspace.dispose()
  }
}
