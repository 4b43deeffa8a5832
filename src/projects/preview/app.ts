import { desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Sql } from '../../db/database.ts'
import { deliveries } from '../../db/schema.ts'
import { done, invariant, type Result, refuse } from '../../failure.ts'
import type { Files } from '../../sandbox/files.ts'
import { unzip } from '../../workspace/archive.ts'
import type { Project } from '../project.ts'

/** What of a delivery can be shown: the command that was proven to serve, and what was proven to install before it. */
export type Shown = { install: readonly string[]; command: string; port: number }

/** As packaging stores them, see `ProvenCommand`. */
const provenSchema = z.array(
  z.object({
    name: z.string(),
    command: z.string(),
    passed: z.boolean(),
    serving: z.object({ port: z.number().int() }).nullable(),
  }),
)

const OVER: ReadonlySet<string> = new Set<Project['state']>(['cancelled', 'failed'])

/** Only what was proven is shown. */
export async function shownOf(on: Sql, { id, state }: Project): Promise<Result<Shown, 'not-now'>> {
  if (OVER.has(state)) return refuse('not-now', 'This project has ended, and there is nothing to show.')
  const [delivery] = await on
    .select({ proof: deliveries.proof })
    .from(deliveries)
    .where(eq(deliveries.projectId, id))
    .orderBy(desc(deliveries.number))
    .limit(1)
  if (!delivery) return refuse('not-now', 'There is a preview when the app is delivered.')
  const proven = provenSchema.parse(delivery.proof).filter(({ passed }) => passed)
  const serves = proven.find(({ serving }) => serving !== null)
  if (!serves?.serving)
    return refuse(
      'not-now',
      'This app is no server that a browser could open. Its README says how to run it.',
    )
  const install = proven.filter(({ name }) => name === 'Install').map(({ command }) => command)
  return done({ install, command: serves.command, port: serves.serving.port })
}

/** The files of the last delivery, by their path below its one folder. */
export async function deliveredFiles(on: Sql, projectId: string): Promise<Files> {
  const [delivery] = await on
    .select({ zip: deliveries.zip })
    .from(deliveries)
    .where(eq(deliveries.projectId, projectId))
    .orderBy(desc(deliveries.number))
    .limit(1)
  invariant(delivery !== undefined, 'what is shown was delivered')
  const unpacked = unzip(delivery.zip)
  invariant(unpacked.ok, 'what was delivered can be unpacked')
  return new Map([...unpacked.value].map(([path, file]) => [path.slice(path.indexOf('/') + 1), file]))
}
