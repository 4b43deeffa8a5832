import { z } from 'zod'
import { systemClock } from '../../clock.ts'
import { OutsideFailure } from '../../failure.ts'
import { LABEL, markOf, nameOf } from './arguments.ts'
import { command, type Engine } from './engine.ts'
import { ownerLabel } from './facts.ts'

/** How a container ended, which its exit code alone does not tell. */
export type State = { started: boolean; outOfMemory: boolean }

const STATE = z.object({ StartedAt: z.string(), OOMKilled: z.boolean().optional() })

/** Both engines write the first year for "never". */
const NEVER = /^0001-/

/** What became of the container of this mark; one that is not there was never started. */
export async function stateOf(engine: Engine, mark: string): Promise<State> {
  const args = ['container', 'inspect', '--format', '{{json .State}}', nameOf(mark)]
  const asked = await command(engine, args).catch(outside)
  if (asked instanceof OutsideFailure) return { started: false, outOfMemory: false }
  const { StartedAt, OOMKilled = false } = STATE.parse(JSON.parse(asked.stdout))
  return { started: !NEVER.test(StartedAt), outOfMemory: OOMKilled }
}

/** Ends and removes a container; what cannot be removed now is swept later. */
export async function remove(engine: Engine, mark: string): Promise<void> {
  const atOnce = engine.name === 'podman' ? ['--time', '0'] : []
  const args = ['container', 'rm', '--force', '--volumes', ...atOnce, nameOf(mark)]
  for (let attempt = 1; attempt <= REMOVALS_MAX; attempt++) {
    const failure = await command(engine, args).then(() => null, outside)
    if (failure === null || GONE.test(failure.message)) return
    await systemClock.wait(REMOVE_AGAIN_MS, NEVER_ABORTED)
  }
}

/** The engine may be about to clean up itself, and then refuses to. */
const REMOVALS_MAX = 4
const REMOVE_AGAIN_MS = 150
const GONE = /no (such )?container/i
const NEVER_ABORTED = new AbortController().signal

/** The marks of all containers of this state directory, whatever their state. */
export async function marksOf(engine: Engine, stateDir: string): Promise<string[]> {
  const filter = `label=${LABEL}=${ownerLabel(stateDir)}`
  const { stdout } = await command(engine, [
    'container',
    'ls',
    '--all',
    '--filter',
    filter,
    '--format',
    '{{.Names}}',
  ])
  return stdout
    .split('\n')
    .filter(name => name !== '')
    .map(markOf)
}

function outside(error: unknown): OutsideFailure {
  if (error instanceof OutsideFailure) return error
  throw error
}
