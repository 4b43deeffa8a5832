import type { RehearsalApp } from '../../app.ts'
import { acceptance } from './acceptance.ts'
import { brief, description, knows, precise, questions } from './brief.ts'
import { plan, removalPlan } from './plan.ts'
import { readme } from './readme.ts'
import { source } from './source.ts'
import { verify, verifyProject } from './verdict.ts'

const answer = (name: string) => source(`answers/${name}.md`)

/**
 * An expense log for the terminal. On its way: a log that a kill would halve is seen by the review only (T1), a block
 * searches for text that is not there (T2), and totals that come twice fail the tests (T3).
 */
export const tally: RehearsalApp = {
  name: 'tally',
  title: brief.title,
  description,
  precise,
  knows,
  questions,
  brief,
  plan,
  documents: {
    requirements: source('documents/requirements.md'),
    architecture: source('documents/architecture.md'),
    deployment: source('documents/deployment.md'),
  },
  acceptance,
  readme,
  implement: {
    T1: [answer('T1-1'), answer('T1-2')],
    T2: [answer('T2-1'), answer('T2-2')],
    T3: [answer('T3-1'), answer('T3-2')],
    T4: [answer('T4-1')],
    T5: [answer('T5-1')],
  },
  verify,
  verifyProject,
  refinement: {
    wish: 'Let me remove an expense that I typed wrong.',
    knows: text => /\b(remove|delete|take out)\b/i.test(text),
    plan: removalPlan,
  },
}
