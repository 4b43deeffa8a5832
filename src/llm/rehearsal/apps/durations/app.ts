import type { RehearsalApp } from '../../app.ts'
import { acceptance } from './acceptance.ts'
import { brief, description, knows, precise, questions } from './brief.ts'
import { plan } from './plan.ts'
import { readme } from './readme.ts'
import { source } from './source.ts'
import { verify, verifyProject } from './verdict.ts'

const answer = (name: string) => source(`answers/${name}.md`)

/**
 * A library that reads and writes durations. On its way: an answer that breaks off in the middle of a file (T1), rounding
 * without a carry that fails the tests (T2), and an ISO expression that accepts too much, seen by the review only (T3).
 */
export const durations: RehearsalApp = {
  name: 'durations',
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
    api: source('documents/api.md'),
    deployment: source('documents/deployment.md'),
  },
  acceptance,
  readme,
  implement: {
    T1: [answer('T1-1'), answer('T1-2')],
    T2: [answer('T2-1'), answer('T2-2')],
    T3: [answer('T3-1'), answer('T3-2')],
    T4: [answer('T4-1')],
  },
  verify,
  verifyProject,
}
