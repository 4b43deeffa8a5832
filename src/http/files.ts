import { invariant } from '../failure.ts'
import type { Parts } from '../projects/parts.ts'
import type { Project } from '../projects/project.ts'
import { deliveriesOf } from '../projects/store.ts'
import { type TreeFile, unzip } from '../workspace/archive.ts'

/** `delivery` is the number of the delivery they are from; null where they are only saved so far. */
type Shown = { commit: string | null; delivery: number | null; files: ReadonlyMap<string, TreeFile> }

/** The files as they were delivered last, with the proof and every test; before there is a delivery, the last commit. */
export async function filesOf(
  { database, workspaceOf }: Pick<Parts, 'database' | 'workspaceOf'>,
  project: Project,
): Promise<Shown> {
  const [delivery] = await deliveriesOf(database.sql, project.id)
  if (delivery) {
    const { commit, number, zip } = delivery
    return { commit, delivery: number, files: packed(zip) }
  }
  const workspace = await workspaceOf(project.id)
  const commit = (await workspace.head()) ?? null
  return { commit, delivery: null, files: commit === null ? new Map() : await workspace.snapshot() }
}

/** What is in a ZIP of ours, by path below its one folder. */
function packed(zip: Uint8Array): Map<string, TreeFile> {
  const unpacked = unzip(zip)
  invariant(unpacked.ok, 'what was delivered can be unpacked')
  return new Map([...unpacked.value].map(([path, file]) => [path.slice(path.indexOf('/') + 1), file]))
}
