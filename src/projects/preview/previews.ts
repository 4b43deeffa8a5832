import { done, invariant, messageOf, type Result, refuse } from '../../failure.ts'
import { isId, newBytes } from '../../id.ts'
import type { Parts } from '../parts.ts'
import type { Project } from '../project.ts'
import { withStandIns } from '../secrets/standIns.ts'
import { loadProject } from '../store.ts'
import { deliveredFiles, shownOf } from './app.ts'
import { launch } from './launch.ts'
import { type Running, runningOf } from './running.ts'
import { openShelf } from './shelf.ts'

/**
 * Delivered apps that run for a while, each in a sandbox of its own. They live in this process and nowhere else: after a
 * crash there is none, and what the sandbox left behind is swept at the next start. The app sees stand-ins, never a secret.
 */
export type Previews = {
  /** Starts the app of a project, or lets it run as long again. */
  start(userId: string, projectId: string, minutes?: number): Promise<Result<Preview, StartRefusal>>
  stop(userId: string, projectId: string): Promise<Result<Standing, 'not-found'>>
  standing(userId: string, projectId: string): Promise<Result<Standing, 'not-found'>>
  /** The one whose address begins with this token, while it runs. */
  find(token: string): Running | undefined
  /** Ends all of them, and lets none begin. */
  close(): Promise<void>
}

/** `extendable`: whether another start gives it more time. */
export type Preview = { token: string; leftMs: number; extendable: boolean }
/** `says`: why none can be started; null where one can or does run. */
export type Standing = { preview: Preview | null; says: string | null }
export type StartRefusal = 'not-found' | 'not-now' | 'not-started' | 'too-many'

export const MINUTES = { least: 1, usual: 15, most: 30 } as const
/** 160 bits, which as hex are one label of a host name. */
const TOKEN_BYTES = 20
const MINUTE_MS = 60_000

type Needs = Pick<Parts, 'database' | 'clock' | 'log' | 'sandbox' | 'live'>

/** `places`: how many run at once. They take none of the turns in which projects are checked. */
export function openPreviews(needs: Needs, places: number): Previews {
  const { database, clock, log, live } = needs
  const shelf = openShelf(places)
  const leave = live.listen(null, {
    event: event => {
      if (event.type === 'moved' && event.to === 'cancelled')
        void shelf.end(event.projectId).catch(notTakenDown)
    },
    activity: () => {},
  })
  const notTakenDown = (thrown: unknown) =>
    log.warn({ error: messageOf(thrown) }, 'a preview left something behind')
  const own = async (userId: string, projectId: string) => {
    const project = isId(projectId) ? await loadProject(database.sql, projectId) : undefined
    return project?.userId === userId ? project : undefined
  }
  const shown = (one: Running) => previewOf(one, clock.nowMs())
  const standingOf = async (project: Project): Promise<Standing> => {
    const found = shelf.of(project.id)
    return found
      ? { preview: shown(found), says: null }
      : { preview: null, says: await whyNot(needs, project) }
  }
  return {
    find: shelf.find,
    standing: async (userId, projectId) => {
      const project = await own(userId, projectId)
      return project ? done(await standingOf(project)) : noProject
    },
    start: async (userId, projectId, minutes = MINUTES.usual) => {
      const project = await own(userId, projectId)
      if (!project) return noProject
      const there = shelf.of(projectId)
      if (there) return there.extend() ? done(shown(there)) : longEnough
      const begun = await shelf.begin(projectId, signal => begin(needs, project, minutes, signal))
      return begun.ok ? done(shown(begun.value)) : begun
    },
    stop: async (userId, projectId) => {
      const project = await own(userId, projectId)
      if (!project) return noProject
      await shelf.end(projectId)
      return done(await standingOf(project))
    },
    close: () => {
      leave()
      return shelf.close()
    },
  }
}

const noProject = refuse('not-found', 'There is no such project.')
const longEnough = refuse(
  'not-now',
  'This preview was given more time once. Start a new one when it has ended.',
)

async function whyNot({ database, sandbox }: Needs, project: Project): Promise<string | null> {
  if (!sandbox.ok) return sandbox.says
  const found = await shownOf(database.sql, project)
  return found.ok ? null : found.says
}

async function begin(
  { database, clock, sandbox }: Needs,
  project: Project,
  minutes: number,
  signal: AbortSignal,
): Promise<Result<Running, 'not-now' | 'not-started'>> {
  if (!sandbox.ok) return refuse('not-now', sandbox.says)
  const shown = await shownOf(database.sql, project)
  if (!shown.ok) return shown
  const durationMs = minutes * MINUTE_MS
  const seen = await withStandIns(sandbox.value.sandbox, database.sql, project.id)
  const { plan } = project.file
  invariant(plan !== null, 'what was delivered has a plan')
  const files = await deliveredFiles(database.sql, project.id)
  // It may be shown as long again.
  const wallMs = 2 * durationMs
  const launched = await launch(
    {
      ...{ workshop: { ...sandbox.value, sandbox: seen }, clock, files },
      ...{ toolchain: plan.toolchain, shown: shown.value, wallMs },
    },
    signal,
  )
  if (!launched.ok) return launched
  const token = Buffer.from(newBytes(TOKEN_BYTES)).toString('hex')
  return done(runningOf(launched.value, clock, { projectId: project.id, token, durationMs }))
}

function previewOf({ token, untilMs, extendable }: Running, nowMs: number): Preview {
  return { token, leftMs: Math.max(0, untilMs() - nowMs), extendable: extendable() }
}
