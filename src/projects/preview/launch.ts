import type { Clock } from '../../clock.ts'
import { done, type Result, refuse } from '../../failure.ts'
import type { RunResult, Served } from '../../sandbox/backend.ts'
import type { Files } from '../../sandbox/files.ts'
import { openRoom, type Room, type Workplace } from '../../sandbox/proof/room.ts'
import type { ToolchainId } from '../../sandbox/toolchains/toolchain.ts'
import type { Shown } from './app.ts'

/** An app that listens, until `stop` takes everything of it away. */
export type Launched = { served: Served; stop(): Promise<void> }

/** As long as a prober gives an app that is proven. */
const START_MS_MAX = 20_000
const AGAIN_MS = 100
const CPU_SECONDS = 600

type Launch = {
  workshop: Workplace
  clock: Clock
  files: Files
  toolchain: ToolchainId
  shown: Shown
  wallMs: number
}

/** Unpacks the app, installs it as its README says, starts it, and waits until it listens. */
export async function launch(given: Launch, signal: AbortSignal): Promise<Result<Launched, 'not-started'>> {
  const room = await openRoom(given.workshop, given.toolchain, given.files)
  const launched = await launchIn(room, given, signal).catch(async thrown => {
    await room.dispose()
    throw thrown
  })
  if (!launched.ok) {
    await room.dispose()
    return launched
  }
  const served = launched.value
  const stop = async () => {
    await served.stop().catch(() => undefined)
    await room.dispose()
  }
  return done({ served, stop })
}

async function launchIn(
  room: Room,
  { workshop: { sandbox }, clock, shown, wallMs }: Launch,
  signal: AbortSignal,
): Promise<Result<Served, 'not-started'>> {
  for (const command of shown.install) {
    const result = await sandbox.run({ ...room.place(true), command: words(command) }, signal)
    if (result.exitCode !== 0) return refuse('not-started', `\`${command}\` ${howItEnded(result)}.`)
  }
  const place = room.place(false)
  const limits = { ...place.limits, wallMs: wallMs + START_MS_MAX, cpuSeconds: CPU_SECONDS }
  const { port, command } = shown
  const served = await sandbox.serve(
    { ...place, phase: 'serve', command: words(command), port, limits },
    signal,
  )
  if (await listens(served, clock, signal)) return done(served)
  const result = await served.stop()
  const listened = result.killedBy === 'cancelled' ? 'did not listen on its port in time' : howItEnded(result)
  return refuse('not-started', `The app was started and ${listened}.`)
}

function words(command: string): string[] {
  return ['/bin/sh', '-c', command]
}

async function listens(served: Served, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController()
  const end = () => over.abort()
  served.ended.then(end, end)
  const either = AbortSignal.any([over.signal, signal])
  const untilMs = clock.monotonicMs() + START_MS_MAX
  while (!either.aborted && clock.monotonicMs() < untilMs) {
    const reached = await served.connect().catch(() => null)
    if (reached) {
      reached.on('error', () => {}).destroy()
      return !either.aborted
    }
    await clock.wait(AGAIN_MS, either)
  }
  return false
}

function howItEnded({ killedBy, exitCode, signal }: RunResult): string {
  if (killedBy !== null) return `was ended by a limit (${killedBy})`
  return `ended with ${signal ?? `exit code ${exitCode}`}`
}
