import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { type CheckReport, checksSection } from '../checkText.ts'
import { type Excerpt, excerptSections } from '../excerpt.ts'
import type { Task } from '../plan.ts'
import { taskSection } from '../planText.ts'
import type { Prompt } from '../prompt.ts'
import { compose, label, section, sharedFirst } from '../section.ts'
import { type Verdict, verdictSchema } from '../verdict.ts'
import { CODE_CHARACTERS_MAX, DIFF_CHARACTERS_MAX } from './bounds.ts'
import { architect } from './role.ts'
import { VERDICT_RULES } from './verdictRules.ts'

export type VerifyInput = {
  brief: Brief
  task: Task
  checks: readonly CheckReport[]
  /** What the attempt changed, as a unified diff. */
  diff: string
  /** The code around it as it is now, best first. */
  excerpts: readonly Excerpt[]
  attempt: number
}

/** Judges one implemented task against its criteria, by its diff, the code and the checks. */
export const verify: Prompt<VerifyInput, Verdict> = {
  kind: 'verify',
  role: 'verifier',
  outputTokensMax: 12_000,
  system: architect(
    [
      'Judge one task that was implemented and run. Read the diff and the code yourself; passing checks show only what',
      'they test. Judge exactly the criteria of the task, by their ids, each once. Later tasks are not yet due; what lies',
      'outside this task is no reason to reject it, unless the change broke it.',
    ].join('\n'),
    VERDICT_RULES,
  ),
  write: input =>
    sharedFirst(
      compose([label('App', input.brief.title)], briefSection(input.brief)),
      compose(
        [label('Task', `${input.task.id} ${input.task.title}`), label('Attempt', input.attempt)],
        taskSection(input.task),
        checksSection(input.checks),
        section('Diff', input.diff || '(empty)', DIFF_CHARACTERS_MAX),
        excerptSections(input.excerpts, CODE_CHARACTERS_MAX),
      ),
    ),
  answer: verdictSchema,
}
