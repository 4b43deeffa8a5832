import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { type CheckReport, checksSection } from '../checkText.ts'
import { type Excerpt, excerptSections, fileList } from '../excerpt.ts'
import type { Plan } from '../plan.ts'
import { outlineSection } from '../planText.ts'
import type { Prompt } from '../prompt.ts'
import { compose, label, section } from '../section.ts'
import { type ProjectVerdict, projectVerdictSchema } from '../verdict.ts'
import { CODE_CHARACTERS_MAX } from './bounds.ts'
import { architect } from './role.ts'
import { VERDICT_RULES } from './verdictRules.ts'

export type VerifyProjectInput = {
  brief: Brief
  plan: Plan
  tasks: readonly { id: string; title: string; done: boolean }[]
  checks: readonly CheckReport[]
  files: readonly string[]
  excerpts: readonly Excerpt[]
  /** Counts the verdicts on this project, from 1. */
  round: number
}

const TASKS_CHARACTERS_MAX = 12_000

/** Judges the finished project as a whole against the brief; a rejection adds the tasks that mend it. */
export const verifyProject: Prompt<VerifyProjectInput, ProjectVerdict> = {
  kind: 'verify-project',
  role: 'verifier',
  outputTokensMax: 16_000,
  system: architect(
    [
      'Judge the finished project as a whole, as the person who ordered it would: does it do what the brief says? Judge',
      'exactly the criteria of the brief, by their ids, each once. Tasks were approved one by one already; look for what',
      'falls between them: parts that do not fit together, a feature nobody built, files left over, a start that fails.',
    ].join('\n'),
    VERDICT_RULES,
    [
      '`addTasks` is empty when approved. A rejection adds 1 to 3 small tasks that would mend it, with ids after the last',
      'one, written like the tasks of a plan: exact detail, files, criteria. Small blemishes are not worth a task.',
    ].join('\n'),
  ),
  write: input =>
    compose(
      [label('App', input.brief.title), label('Round', input.round)],
      briefSection(input.brief),
      outlineSection(input.plan),
      section('Tasks', input.tasks.map(taskLine).join('\n'), TASKS_CHARACTERS_MAX),
      checksSection(input.checks),
      fileList(input.files),
      excerptSections(input.excerpts, CODE_CHARACTERS_MAX),
    ),
  answer: projectVerdictSchema,
}

function taskLine({ id, title, done }: VerifyProjectInput['tasks'][number]): string {
  return `${id} ${title}: ${done ? 'done' : 'NOT done'}`
}
