import type { RehearsalApp } from './app.ts'
import type { Asked, ScriptedKind } from './asked.ts'

/** What the rehearsal model answers: an object, free text, or a sentence that says why it cannot. */
export type Scripted = { answer: object | string } | { refusal: string }

/** The answer of an app to a question of each kind. It depends on the request alone: asked again, it is the same. */
export const ANSWERS: Record<ScriptedKind, (app: RehearsalApp, asked: Asked) => Scripted> = {
  questions: (app, asked) => ({ answer: isSettled(app, asked) ? { questions: [] } : app.questions }),
  brief: (app, asked) => ({ answer: briefOf(app, asked.section('Change')) }),
  plan: (app, asked) => {
    const feedback = asked.section('Feedback')
    return feedback === undefined
      ? { answer: planOf(app, asked.section('Change')) }
      : refined(app, feedback, asked.section('Tasks done') ?? '')
  },
  documents: app => ({ answer: app.documents }),
  acceptance: app => ({ answer: app.acceptance }),
  implement: implemented,
  verify: (app, asked) => ({ answer: app.verify({ task: taskOf(asked), prompt: asked.text }) }),
  'verify-project': (app, asked) => ({ answer: app.verifyProject(asked.text) }),
  readme: app => ({ answer: app.readme }),
}

/** The schemas of brief and plan take no more lines than these. */
const LEFT_OUT_MAX = 20
const TRAPS_MAX = 30

const WISH_CHARACTERS_MAX = 200
const NEEDS_REAL_MODEL = 'needs a real model; the rehearsal model only knows its script'

/** Nothing is open once something was answered, or when the description says it all. */
function isSettled(app: RehearsalApp, asked: Asked): boolean {
  if (asked.label('Answered') !== '0') return true
  return app.precise !== undefined && plain(asked.section('Description') ?? '').includes(plain(app.precise))
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}

function briefOf({ brief }: RehearsalApp, change: string | undefined): object {
  if (change === undefined) return brief
  return {
    ...brief,
    leftOut: [`${wishOf(change)} (${NEEDS_REAL_MODEL})`, ...brief.leftOut].slice(0, LEFT_OUT_MAX),
  }
}

function planOf({ plan }: RehearsalApp, change: string | undefined): object {
  if (change === undefined) return plan
  const told = { trap: `the change you asked for: ${wishOf(change)}`, decision: NEEDS_REAL_MODEL }
  return { ...plan, traps: [told, ...plan.traps].slice(0, TRAPS_MAX) }
}

function wishOf(change: string): string {
  return `“${change.replace(/\s+/g, ' ').trim().slice(0, WISH_CHARACTERS_MAX).toWellFormed()}”`
}

function refined({ title, refinement }: RehearsalApp, feedback: string, done: string): Scripted {
  const isDone = refinement?.plan.tasks.some(({ id }) => new RegExp(`^${id} `, 'm').test(done))
  if (refinement && !isDone && refinement.knows(feedback)) return { answer: refinement.plan }
  const known = refinement && !isDone ? ` It knows one: “${refinement.wish}”` : ''
  return { refusal: `The rehearsal model cannot change ${title} in that way.${known}` }
}

function implemented(app: RehearsalApp, asked: Asked): Scripted {
  const answers = app.implement[taskOf(asked)] ?? []
  const attempt = Number.parseInt(asked.label('Attempt') ?? '1', 10)
  const answer = answers[attempt - 1] ?? answers.at(-1)
  if (answer === undefined)
    return { refusal: `The rehearsal model has no script for this task of ${app.title}.` }
  return { answer }
}

/** `T2` of the label `Task: T2 Add and list`. */
function taskOf(asked: Asked): string {
  return asked.label('Task')?.split(' ', 1)[0] ?? ''
}
