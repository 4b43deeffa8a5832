import type { RehearsalApp } from '../../app.ts'
import { acceptance } from './acceptance.ts'
import { brief, description, knows, precise, questions } from './brief.ts'
import { plan } from './plan.ts'
import { readme } from './readme.ts'
import { source } from './source.ts'
import { verify, verifyProject } from './verdict.ts'

const answer = (name: string) => source(`answers/${name}.md`)

/**
 * A Java program that converts CSV to JSON, built by Maven on two libraries. On its way: a number that loses its zeros fails
 * the tests (T1), and a block that searches for a line which the file has as two (T2).
 */
export const csvJson: RehearsalApp = {
  name: 'csv-json',
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
  },
  verify,
  verifyProject,
}
