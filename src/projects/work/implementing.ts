import { isAcceptancePath } from '../../agents/acceptance.ts'
import { writeImplement } from '../../agents/implementer/implement.ts'
import { applyAnswer } from '../../editing/apply.ts'
import type { Applied, Change } from '../../editing/edit.ts'
import { explainRefusals, summariseRefusals } from '../../editing/feedback.ts'
import { invariant } from '../../failure.ts'
import { type Draft, draftOf, sourcesIn } from '../draft.ts'
import { callModel, type Ground, stoppedBy } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import type { Attempt, TaskRow } from '../project.ts'
import { TODO_PATH } from '../repository.ts'
import { type NamedSecret, secretsOf } from '../secrets/store.ts'
import { ATTEMPTS_MAX, inSeries, isStuck, signatureOf, taskInHand } from '../series.ts'
import { attemptsOf, type FrozenTest, frozenTests, insertAttempt, tasksOf } from '../store.ts'
import { stuckOn } from '../stuck.ts'

const CONTEXT_TOKENS_MAX = 12_000
/** After this many tries that did not get through, the strongest model of the route writes. */
const STRONGER_AFTER = 2

/** Has the Implementer write the next task and applies its edits, all or nothing. */
export async function implementing(ground: Ground): Promise<WorkResult<'implementing'>> {
  const { parts, project } = ground
  const { sql } = parts.database
  const row = taskInHand(await tasksOf(sql, project.id))
  if (!row) return outcome('finished')
  const attempts = await attemptsOf(sql, project.id, row.id)
  const series = inSeries(attempts, project.file.series)
  const workspace = await parts.workspaceOf(project.id)
  const draft = await draftOf(workspace, series)
  const tests = await frozenTests(sql, project.id)
  await ground.show(`${row.id} · ${row.task.title} (attempt ${series.length + 1} of ${ATTEMPTS_MAX})`, row.id)
  const secrets = await secretsOf(sql, project.id)
  const request = requestFor(ground, { row, series, draft, tests, secrets })
  const stronger = series.length >= STRONGER_AFTER
  const call = await callModel(ground, { ordinal: 0, role: 'implementer', request, stronger, task: row.id })
  if (!call.ok) return stoppedBy(call.stop, row.id).stopped
  const edited = apply(draft, tests, call.text)
  return record(ground, row, { attempts, series, ...edited })
}

type Around = {
  row: TaskRow
  series: readonly Attempt[]
  draft: Draft
  tests: readonly FrozenTest[]
  secrets: readonly NamedSecret[]
}

function requestFor(ground: Ground, { row, series, draft, tests, secrets }: Around) {
  const { brief, plan, guidance } = ground.project.file
  invariant(brief !== null && plan !== null, 'a task is implemented from brief and plan')
  const index = ground.parts.indexOf(ground.project.id)
  index.update(sourcesIn(draft.texts))
  const { task } = row
  return writeImplement({
    brief,
    plan,
    task,
    secrets,
    files: [...draft.files.keys()].sort(),
    excerpts: index.context([task.title, task.detail, ...task.files].join('\n'), {
      tokensMax: CONTEXT_TOKENS_MAX,
      always: task.files.filter(path => draft.texts.has(path)),
    }),
    visibleTests: tests.filter(test => !test.hidden && test.dueAfter === task.id),
    history: series.flatMap(({ problem }, at) => (problem === '' ? [] : [{ attempt: at + 1, problem }])),
    ...(guidance === null ? {} : { guidance }),
    attempt: series.length + 1,
    attemptsMax: ATTEMPTS_MAX,
  })
}

/** `problem` is for the model, `says` for people. */
type Edited = { changes: readonly Change[]; applied: readonly Applied[]; problem: string; says: string }

function apply(draft: Draft, tests: readonly FrozenTest[], answer: string): Edited {
  const frozen = new Set([TODO_PATH, ...tests.map(test => test.path)])
  const refused = (problem: string, says: string): Edited => ({ changes: [], applied: [], problem, says })
  const result = applyAnswer(draft.texts, answer, {
    frozen: path => frozen.has(path) || isAcceptancePath(path),
  })
  if (!result.ok) return refused(explainRefusals(result.refusals), summariseRefusals(result.refusals))
  if (result.changes.every(change => same(draft, change))) return refused(NO_CHANGE, NO_CHANGE)
  const { changes, applied } = result
  return { changes, applied, problem: '', says: changed(changes.length) }
}

function changed(files: number): string {
  return files === 1 ? '1 file changed' : `${files} files changed`
}

const NO_CHANGE = 'The answer changes nothing: every file would stay as it is.'

function same(draft: Draft, change: Change): boolean {
  return (draft.texts.get(change.path) ?? null) === change.content
}

async function record(
  ground: Ground,
  row: TaskRow,
  tried: Edited & { attempts: readonly Attempt[]; series: readonly Attempt[] },
): Promise<WorkResult<'implementing'>> {
  const { parts, project } = ground
  const { changes, applied, problem, says } = tried
  const number = tried.attempts.length + 1
  const result = problem === '' ? 'edited' : 'refused'
  const attempt: Attempt = {
    taskId: row.id,
    number,
    series: project.file.series,
    result,
    changes,
    applied,
    checks: [],
    verdict: null,
    problem,
    signature: problem === '' ? '' : signatureOf(problem),
    atMs: parts.clock.nowMs(),
  }
  const events = [{ type: 'attempt' as const, task: row.id, number, result: attempt.result, says }]
  const write = (tx: Parameters<typeof insertAttempt>[0]) => insertAttempt(tx, project.id, attempt)
  if (result === 'edited') return outcome('edited', { events, write })
  if (isStuck(tried.series, attempt.signature)) return stuckOn(ground, row, { events, write })
  return outcome('refused', { events, write })
}
