import type { RehearsalApp } from '../../app.ts'
import { acceptance } from './acceptance.ts'
import { brief, description, knows, precise, questions } from './brief.ts'
import { plan } from './plan.ts'
import { readme } from './readme.ts'
import { source } from './source.ts'
import { verify, verifyProject } from './verdict.ts'

const answer = (name: string) => source(`answers/${name}.md`)

/**
 * A Go service that hands out and checks ids, built on a module from outside. On its way: a parser that takes more than it
 * should fails the tests (T1), and a server without time limits is seen by the review only (T2).
 */
export const ids: RehearsalApp = {
  name: 'ids',
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
  },
  verify,
  verifyProject,
}
