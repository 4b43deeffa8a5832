import { verifyProject } from '../../agents/architect/verifyProject.ts'
import { planFaults } from '../../agents/plan.ts'
import { approvalFaults, type ProjectVerdict } from '../../agents/verdict.ts'
import { invariant } from '../../failure.ts'
import { draftOf, sourcesIn } from '../draft.ts'
import { reportsOf, runTaskChecks } from '../evidence.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, rest, type WorkResult } from '../outcome.ts'
import type { CheckEvidence, TaskRow } from '../project.ts'
import { addTasks, frozenTests, tasksOf } from '../store.ts'
import { texts } from '../texts.ts'

const CONTEXT_TOKENS_MAX = 14_000
/** A rejection of the whole adds tasks at most this often; then the person decides. */
const ROUNDS_MAX = 2

/** Runs every check on the last commit and has the Architect judge the whole. */
export async function finishing(ground: Ground): Promise<WorkResult<'finishing'>> {
  const { parts, project } = ground
  if (!parts.sandbox.ok) return rest('sandbox', parts.sandbox.says)
  const { brief } = project.file
  invariant(brief !== null, 'a project is judged against its brief')
  const rows = await tasksOf(parts.database.sql, project.id)
  await ground.show('Running every check on the finished project')
  const ready = await inputFor(ground, rows)
  if (!ready.ok) return ready.stopped
  const { checks, input } = ready
  await ground.show('The Architect judges the whole')
  const asked = await askFor(ground, verifyProject, input, {
    faults: found => taskFaults(found, ground, rows),
  })
  if (!asked.ok) return asked.stopped
  return conclude(ground, asked.value, checks, rows)
}

async function inputFor(ground: Ground, rows: readonly TaskRow[]) {
  const { parts, project } = ground
  const { brief, plan, finishRounds } = project.file
  invariant(brief !== null && plan !== null, 'a project is judged against brief and plan')
  const draft = await draftOf(await parts.workspaceOf(project.id), [])
  const tests = await frozenTests(parts.database.sql, project.id)
  const done = rows.filter(row => row.status === 'done').map(row => row.id)
  const found = await runTaskChecks(ground, draft.files, tests, done)
  if (!found.ok) return found
  const { checks } = found
  const index = parts.indexOf(project.id)
  index.update(sourcesIn(draft.texts))
  const query = [brief.title, ...brief.criteria.map(each => each.text)].join('\n')
  const input = {
    brief,
    plan,
    tasks: rows.map(({ id, task, status }) => ({ id, title: task.title, done: status === 'done' })),
    checks: reportsOf(checks),
    files: [...draft.files.keys()].sort(),
    excerpts: index.context(query, { tokensMax: CONTEXT_TOKENS_MAX, always: [] }),
    round: finishRounds + 1,
  }
  return { ok: true as const, checks, input }
}

function taskFaults(found: ProjectVerdict, ground: Ground, rows: readonly TaskRow[]): string[] {
  const { plan } = ground.project.file
  if (plan === null || found.addTasks.length === 0) return []
  return planFaults(
    { ...plan, tasks: found.addTasks },
    rows.map(row => row.id),
  )
}

function conclude(
  ground: Ground,
  verdict: ProjectVerdict,
  checks: readonly CheckEvidence[],
  rows: readonly TaskRow[],
): WorkResult<'finishing'> {
  const { project } = ground
  const { brief, finishRounds } = project.file
  const red = checks.filter(check => !check.passed).map(check => check.name)
  const faults = approvalFaults(verdict, brief?.criteria ?? [], red)
  const says = { type: 'verdict' as const, task: null, verdict: verdict.verdict, reasons: verdict.reasons }
  if (verdict.verdict === 'APPROVED' && faults.length === 0) return outcome('accepted', { events: [says] })
  const reasons = [...verdict.reasons, ...faults]
  const events = [{ ...says, verdict: 'REJECTED' as const, reasons }]
  const skipped = rows.some(row => row.status === 'skipped')
  if (verdict.addTasks.length > 0 && finishRounds < ROUNDS_MAX && !skipped) {
    return outcome('moreTasks', {
      file: { finishRounds: finishRounds + 1 },
      events,
      write: tx => addTasks(tx, project.id, verdict.addTasks),
    })
  }
  const decision = { why: 'rejected', says: texts.notAccepted(reasons.join(' ')), task: null }
  return outcome('stuck', { file: { decision }, events })
}
