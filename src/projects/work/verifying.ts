import { verify } from '../../agents/architect/verify.ts'
import { approvalFaults, type Verdict } from '../../agents/verdict.ts'
import { invariant } from '../../failure.ts'
import { sourcesIn } from '../draft.ts'
import { reportsOf } from '../evidence.ts'
import { askFor, type Ground } from '../ground.ts'
import { type InHand, inHand } from '../inHand.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { isStuck, signatureOf } from '../series.ts'
import { updateAttempt } from '../store.ts'
import { stuckOn } from '../stuck.ts'
import { texts } from '../texts.ts'

const CONTEXT_TOKENS_MAX = 10_000

/** Has the Architect judge the task by its diff, code and checks. Its word alone approves nothing. */
export async function verifying(ground: Ground): Promise<WorkResult<'verifying'>> {
  const hand = await inHand(ground)
  const { row, earlier, attempt } = hand
  await ground.show(`${row.id} · the Architect reviews`, row.id)
  const asked = await askFor(ground, verify, await inputFor(ground, hand), { task: row.id })
  if (!asked.ok) return asked.stopped
  const red = attempt.checks.filter(check => !check.passed).map(check => check.name)
  invariant(attempt.result === 'green', 'only a green attempt is verified')
  const faults = approvalFaults(asked.value, row.task.criteria, red)
  const approved = asked.value.verdict === 'APPROVED' && faults.length === 0
  return approved ? approve(ground, hand, asked.value) : reject(ground, hand, asked.value, faults, earlier)
}

async function inputFor(ground: Ground, { row, draft, attempt, earlier, workspace }: InHand) {
  const { brief } = ground.project.file
  invariant(brief !== null, 'a task is verified against the brief')
  await workspace.restore()
  await workspace.write(draft.changes)
  const index = ground.parts.indexOf(ground.project.id)
  index.update(sourcesIn(draft.texts))
  const { task } = row
  return {
    brief,
    task,
    checks: reportsOf(attempt.checks),
    diff: await workspace.diff({ signal: ground.signal }),
    excerpts: index.context([task.title, ...task.criteria.map(each => each.text)].join('\n'), {
      tokensMax: CONTEXT_TOKENS_MAX,
      always: draft.changes.map(change => change.path).filter(path => draft.texts.has(path)),
    }),
    attempt: earlier.length + 1,
  }
}

function approve(ground: Ground, { row, attempt }: InHand, verdict: Verdict): WorkResult<'verifying'> {
  return outcome('approved', {
    events: [{ type: 'verdict', task: row.id, verdict: 'APPROVED', reasons: [] }],
    write: tx => updateAttempt(tx, ground.project.id, attempt, { result: 'approved', verdict }),
  })
}

async function reject(
  ground: Ground,
  { row, attempt }: InHand,
  verdict: Verdict,
  faults: readonly string[],
  earlier: InHand['earlier'],
): Promise<WorkResult<'verifying'>> {
  const reasons = [...verdict.reasons, ...(verdict.verdict === 'APPROVED' ? faults : [])]
  const problem = problemOf(verdict, reasons)
  const signature = signatureOf(problem)
  const events = [{ type: 'verdict' as const, task: row.id, verdict: 'REJECTED' as const, reasons }]
  const write = (tx: Parameters<typeof updateAttempt>[0]) =>
    updateAttempt(tx, ground.project.id, attempt, { result: 'rejected', verdict, problem, signature })
  if (isStuck(earlier, signature)) return stuckOn(ground, row, { events, write })
  return outcome('rejected', {
    events,
    write,
    says: [texts.taskRejected(row.id, reasons[0] ?? 'a criterion is not met.')],
  })
}

function problemOf({ criteria, changes }: Verdict, reasons: readonly string[]): string {
  const unmet = criteria.filter(each => !each.met).map(each => `${each.id} is not met: ${each.evidence}`)
  return ['The review rejected it.', ...reasons, ...unmet, ...changes.map(each => `Change: ${each}`)].join(
    '\n',
  )
}
