import type { RehearsalApp } from '../../app.ts'
import { acceptance } from './acceptance.ts'
import { brief, description, knows, precise, questions } from './brief.ts'
import { plan } from './plan.ts'
import { readme } from './readme.ts'
import { source } from './source.ts'
import { verify, verifyProject } from './verdict.ts'

const answer = (name: string) => source(`answers/${name}.md`)

/**
 * A page with packages from PyPI on which rooms are booked. On its way: two who ask at the same moment both get the room,
 * which the review only sees (T1), a block searches for text that is not there (T2), and examples that fall into one room
 * at the same time fail the tests (T3).
 */
export const rooms: RehearsalApp = {
  name: 'rooms',
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
  },
  verify,
  verifyProject,
}
