import type { Change } from '../../editing/edit.ts'
import { withoutTimings } from '../../sandbox/checks/timings.ts'
import { runTaskChecks } from '../evidence.ts'
import type { Ground } from '../ground.ts'
import { type InHand, inHand } from '../inHand.ts'
import { outcome, rest, type WorkResult } from '../outcome.ts'
import type { CheckEvidence } from '../project.ts'
import { isStuck, signatureOf } from '../series.ts'
import { updateAttempt } from '../store.ts'
import { stuckOn } from '../stuck.ts'

/** Runs the checks and the acceptance tests that are due, in the sandbox, on a copy of the tree. */
export async function checking(ground: Ground): Promise<WorkResult<'checking'>> {
  if (!ground.parts.sandbox.ok) return rest('sandbox', ground.parts.sandbox.says)
  const hand = await inHand(ground)
  await ground.show(`${hand.row.id} · running the checks`, hand.row.id)
  const done = hand.rows.filter(row => row.status === 'done').map(row => row.id)
  const found = await runTaskChecks(ground, hand.draft.files, hand.tests, [...done, hand.row.id])
  return found.ok ? judge(ground, hand, found.checks, found.locks) : found.stopped
}

async function judge(
  ground: Ground,
  hand: InHand,
  checks: readonly CheckEvidence[],
  locks: readonly Change[],
): Promise<WorkResult<'checking'>> {
  const { project } = ground
  const { row, attempt, earlier } = hand
  const problem = problemOf(checks)
  const result = problem === '' ? 'green' : 'red'
  const signature = problem === '' ? '' : signatureOf(problem)
  const { number } = attempt
  const shown = checks.map(({ name, passed, ms }) => ({ name, passed, ms }))
  const events = [{ type: 'checked' as const, task: row.id, number, checks: shown }]
  // The lock files of what was checked are committed with it.
  const changes = result === 'green' ? [...attempt.changes, ...locks] : attempt.changes
  const write = (tx: Parameters<typeof updateAttempt>[0]) =>
    updateAttempt(tx, project.id, attempt, { result, changes, checks: [...checks], problem, signature })
  if (result === 'green') return outcome('green', { events, write })
  if (isStuck(earlier, signature)) return stuckOn(ground, row, { events, write })
  return outcome('red', { events, write })
}

const OUTPUT_CHARACTERS_MAX = 3_000

/** What goes back to the Implementer; of a hidden test it hears the criterion and nothing else. */
function problemOf(checks: readonly CheckEvidence[]): string {
  return checks
    .filter(check => !check.passed)
    .map(({ name, command, exitCode, output, hidden }) =>
      hidden
        ? `${name} failed. It is hidden: read the criterion again.`
        : `${name} failed: \`${command}\` ended with ${exitCode ?? 'a kill'}.\n${withoutTimings(output).slice(-OUTPUT_CHARACTERS_MAX)}`,
    )
    .join('\n\n')
}
