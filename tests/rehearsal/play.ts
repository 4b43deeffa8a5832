import { acceptanceFaults, isAcceptancePath } from '../../src/agents/acceptance.ts'
import { acceptance } from '../../src/agents/architect/acceptance.ts'
import { documents } from '../../src/agents/architect/documents.ts'
import { plan } from '../../src/agents/architect/plan.ts'
import { questions } from '../../src/agents/architect/questions.ts'
import { readme } from '../../src/agents/architect/readme.ts'
import { scope } from '../../src/agents/architect/scope.ts'
import { verify } from '../../src/agents/architect/verify.ts'
import { verifyProject } from '../../src/agents/architect/verifyProject.ts'
import type { Brief } from '../../src/agents/brief.ts'
import type { CheckReport } from '../../src/agents/checkText.ts'
import type { Excerpt } from '../../src/agents/excerpt.ts'
import { writeImplement } from '../../src/agents/implementer/implement.ts'
import { type Acceptance, type Documents, type Plan, planFaults, type Task } from '../../src/agents/plan.ts'
import { ask, type Call, type Prompt } from '../../src/agents/prompt.ts'
import type { Readme } from '../../src/agents/readme.ts'
import { approvalFaults, type ProjectVerdict } from '../../src/agents/verdict.ts'
import { applyAnswer } from '../../src/editing/apply.ts'
import { explainRefusals } from '../../src/editing/feedback.ts'
import type { Asking } from '../../src/llm/model.ts'
import type { RehearsalApp } from '../../src/llm/rehearsal/app.ts'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { rehearsalModel } from '../../src/llm/rehearsal/rehearsal.ts'
import { check } from './checks.ts'

/** Plays an app by the real prompts, the real editing and the real test commands, without the product around them. */

/** What came of one attempt: an edit that did not fit, a failing check, a rejection, or an approval. */
export type Outcome = 'refused' | 'red' | 'rejected' | 'approved'
export type Attempt = { task: string; attempt: number; outcome: Outcome; says: string }

export type Decided = {
  brief: Brief
  plan: Plan
  documents: Documents
  acceptance: Acceptance
  faults: string[]
}
export type Played = { attempts: Attempt[]; files: ReadonlyMap<string, string> }

const ATTEMPTS_MAX = 4

/** Everything that is decided before the first line of code. */
export async function decide(app: RehearsalApp): Promise<Decided> {
  const { description } = app
  const open = await answerTo(questions, { description, answered: [], roundsLeft: 1 })
  const answered = open.questions.map(each => ({ question: each.text, answer: each.offers[0] ?? null }))
  const brief = await answerTo(scope, { description, answered })
  const planned = await answerTo(plan, { brief, toolchains: [], doneTasks: [], files: [] })
  const frozen = await answerTo(acceptance, { brief, plan: planned, howTestsRun: 'as usual' })
  const written = await answerTo(documents, { brief, plan: planned })
  const faults = [...planFaults(planned), ...acceptanceFaults(frozen, brief, planned)]
  return { brief, plan: planned, documents: written, acceptance: frozen, faults }
}

/** Carries out tasks on a tree, each until it is approved or the attempts are used up. */
export async function carryOut(decided: Decided, tasks: readonly Task[], start: Played): Promise<Played> {
  let played = start
  for (const task of tasks) {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const next = await carryOutOnce(decided, task, attempt, played)
      played = { attempts: [...played.attempts, next.attempt], files: next.files }
      if (next.attempt.outcome === 'approved') break
    }
  }
  return played
}

type Step = { attempt: Attempt; files: ReadonlyMap<string, string> }

async function carryOutOnce(decided: Decided, task: Task, attempt: number, before: Played): Promise<Step> {
  const about = { task: task.id, attempt }
  const applied = applyAnswer(before.files, await implementation(decided, task, attempt, before), {
    frozen: isAcceptancePath,
  })
  if (!applied.ok) {
    return {
      attempt: { ...about, outcome: 'refused', says: explainRefusals(applied.refusals) },
      files: before.files,
    }
  }
  const files = new Map(before.files)
  for (const { path, content } of applied.changes)
    content === null ? files.delete(path) : files.set(path, content)
  const checks = await check(files, decided.plan.toolchain, dueTests(decided, task, before))
  return { attempt: { ...about, ...(await judged(decided, task, attempt, checks, files)) }, files }
}

async function judged(
  decided: Decided,
  task: Task,
  attempt: number,
  checks: CheckReport[],
  files: ReadonlyMap<string, string>,
) {
  const red = checks.filter(each => !each.passed)
  if (red.length > 0)
    return { outcome: 'red' as const, says: red.map(each => `${each.name}\n${each.output}`).join('\n') }
  const excerpts = excerptsOf(files)
  const verdict = await answerTo(verify, { brief: decided.brief, task, checks, diff: '', excerpts, attempt })
  if (verdict.verdict === 'REJECTED') return { outcome: 'rejected' as const, says: verdict.reasons.join(' ') }
  return { outcome: 'approved' as const, says: approvalFaults(verdict, task.criteria, []).join('; ') }
}

async function implementation(
  decided: Decided,
  task: Task,
  attempt: number,
  { files, attempts }: Played,
): Promise<string> {
  const history = attempts
    .filter(each => each.task === task.id)
    .map(each => ({ attempt: each.attempt, problem: each.says }))
  const request = writeImplement({
    brief: decided.brief,
    plan: decided.plan,
    task,
    files: [...files.keys()],
    excerpts: excerptsOf(files),
    visibleTests: decided.acceptance.tests.filter(each => !each.hidden),
    history,
    attempt,
    attemptsMax: ATTEMPTS_MAX,
  })
  const result = await rehearsalModel('implementer', REHEARSAL_APPS).answer(request, asking())
  if (!result.ok) throw new Error(result.failure.says)
  return result.answer.text
}

/** The acceptance tests of the tasks that are done and of the one at hand. */
function dueTests({ acceptance: { tests } }: Decided, task: Task, { attempts }: Played) {
  const done = new Set([
    task.id,
    ...attempts.filter(each => each.outcome === 'approved').map(each => each.task),
  ])
  return tests.filter(each => done.has(each.dueAfter))
}

/** What is said of the finished project. */
export async function finish({ brief, plan: planned }: Decided, files: ReadonlyMap<string, string>) {
  const tasks = planned.tasks.map(({ id, title }) => ({ id, title, done: true }))
  const seen = { brief, plan: planned, files: [...files.keys()], excerpts: excerptsOf(files) }
  const verdict: ProjectVerdict = await answerTo(verifyProject, { ...seen, tasks, checks: [], round: 1 })
  const text: Readme = await answerTo(readme, seen)
  return { verdict, readme: text }
}

/** The new tasks that the app's known wish adds after delivery; none when it knows no wish. */
export async function refine(app: RehearsalApp, { brief, plan: planned }: Decided): Promise<readonly Task[]> {
  if (app.refinement === undefined) return []
  const done = planned.tasks.map(({ id, title }) => ({ id, title }))
  const more = await answerTo(plan, {
    brief,
    toolchains: [],
    feedback: app.refinement.wish,
    doneTasks: done,
    files: [],
  })
  const faults = planFaults(
    more,
    done.map(each => each.id),
  )
  if (faults.length > 0) throw new Error(faults.join('; '))
  return more.tasks
}

function excerptsOf(files: ReadonlyMap<string, string>): Excerpt[] {
  return [...files].map(([path, text]) => ({ path, fromLine: 1, toLine: text.split('\n').length, text }))
}

/** The answer to a prompt at its first try: a scripted answer needs no repair. */
async function answerTo<Input, Output>(prompt: Prompt<Input, Output>, input: Input): Promise<Output> {
  const asked = await ask(prompt, input, callOnce)
  if (asked.ok) return asked.value
  throw new Error('invalid' in asked ? asked.invalid : asked.stop)
}

const callOnce: Call<string> = async (ordinal, role, request) => {
  if (ordinal > 0) return { ok: false, stop: request.turns.at(-1)?.text ?? 'the answer did not fit' }
  const result = await rehearsalModel(role === 'implementer' ? role : 'architect', REHEARSAL_APPS).answer(
    request,
    asking(),
  )
  if (!result.ok) return { ok: false, stop: result.failure.says }
  const { outputTokens } = result.answer.usage
  return outputTokens > request.outputTokensMax
    ? {
        ok: false,
        stop: `${request.kind} answers ${outputTokens} tokens, allowed are ${request.outputTokensMax}`,
      }
    : { ok: true, text: result.answer.text }
}

function asking(): Asking {
  return { signal: new AbortController().signal }
}
