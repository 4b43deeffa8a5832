import type { Readme } from '../agents/readme.ts'
import { invariant } from '../failure.ts'
import { testSuite } from '../sandbox/toolchains/toolchains.ts'
import type { Project, TaskRow } from './project.ts'

/** A README that does not hold in the clean room is written again until there were so many. */
export const README_TRIES_MAX = 3

/**
 * A README from brief and plan alone, for a delivery of a part: where the cap leaves no room for another model call, and
 * where what a model wrote promises more than the part holds.
 */
export function plainReadme(project: Project, rows: readonly TaskRow[]): Readme {
  const { brief, plan } = project.file
  invariant(brief !== null && plan !== null, 'a README is written from brief and plan')
  const of = (status: TaskRow['status']) =>
    rows.filter(row => row.status === status).map(row => row.task.title)
  const missing = [...of('open'), ...of('skipped')]
  return {
    title: brief.title,
    overview: [brief.summary, ...(missing.length > 0 ? [`Not built: ${missing.join('; ')}.`] : [])].join(
      '\n\n',
    ),
    prerequisites: [],
    install: [],
    configuration: '',
    test: [{ command: testSuite[plan.toolchain], says: 'Runs the tests.', exitCode: 0 }],
    run: [
      {
        command: plan.start.command,
        says: 'Starts the app.',
        exitCode: 0,
        notRun: 'this delivery holds only a part of the plan',
      },
    ],
    features: of('done').length > 0 ? of('done') : ['The documents and the plan.'],
    usage: [],
    layout: [],
  }
}
