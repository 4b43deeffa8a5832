import type { RehearsalApp } from '../../app.ts'
import { acceptance } from './acceptance.ts'
import { brief, description, knows, precise, questions } from './brief.ts'
import { plan } from './plan.ts'
import { readme } from './readme.ts'
import { source } from './source.ts'
import { verify, verifyProject } from './verdict.ts'

const answer = (name: string) => source(`answers/${name}.md`)

/**
 * A static page that splits a restaurant bill. On its way: shares that do not add up fail the tests (T1), storage that a
 * browser refuses is seen by the review only (T3), and a block that searches for text that is not there (T4).
 */
export const splitBill: RehearsalApp = {
  name: 'split-bill',
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
    T2: [answer('T2-1')],
    T3: [answer('T3-1'), answer('T3-2')],
    T4: [answer('T4-1'), answer('T4-2')],
  },
  verify,
  verifyProject,
}
