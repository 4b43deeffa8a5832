import type { Tariff } from '../billing/tariff.ts'
import type { Clock } from '../clock.ts'
import type { CodeIndex } from '../codeindex/codeIndex.ts'
import type { Database } from '../db/database.ts'
import type { Result } from '../failure.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Gateway } from '../llm/gateway.ts'
import type { Cipher } from '../llm/keys/cipher.ts'
import type { Log } from '../log.ts'
import type { Workshop } from '../sandbox/workshop.ts'
import type { UnderWay } from '../underWay.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Live } from './live.ts'

/** Everything that the work of projects needs, wired in `app.ts`. */
export type Parts = {
  database: Database
  clock: Clock
  log: Log
  gateway: Gateway
  tariff: Tariff
  queue: Pick<Queue, 'wake' | 'nudge' | 'resumeLater' | 'creditsCame'>
  /** Refused when this machine has no working sandbox: then nothing generated is run. */
  sandbox: Result<Workshop>
  /** Opens what is sealed: secrets of projects, so that a delivery can be searched for them. */
  cipher: Cipher
  /** Of the service that knows weaknesses of packages; null where none may be asked. */
  advisoryUrl: string | null
  /** The git repository of a project, opened on first use. */
  workspaceOf(projectId: string): Promise<Workspace>
  /** The index of a project, empty until it is first updated. */
  indexOf(projectId: string): CodeIndex
  live: Live
  running: UnderWay
}
