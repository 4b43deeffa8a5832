import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { type Excerpt, excerptSections, fileList } from '../excerpt.ts'
import type { Plan } from '../plan.ts'
import { outlineSection } from '../planText.ts'
import type { Prompt } from '../prompt.ts'
import { type Readme, readmeSchema } from '../readme.ts'
import { type SecretName, secretsSection } from '../secretNames.ts'
import { compose, label, section } from '../section.ts'
import { CODE_CHARACTERS_MAX } from './bounds.ts'
import { architect } from './role.ts'

export type ReadmeInput = {
  brief: Brief
  plan: Plan
  files: readonly string[]
  excerpts: readonly Excerpt[]
  /** Names that the app may read from its environment. */
  secrets?: readonly SecretName[]
  /** Which commands of the last README failed in the sandbox, and how. */
  complaint?: string
}

const COMPLAINT_CHARACTERS_MAX = 8_000

/** Writes the README of the finished project; its commands are run before anyone sees them. */
export const readme: Prompt<ReadmeInput, Readme> = {
  kind: 'readme',
  role: 'architect',
  outputTokensMax: 16_000,
  system: architect(
    [
      'Write the README of the finished project from the code that is there. Describe only what you see in it.',
      'EVERY command is run exactly as written, in a fresh copy of the project, from its root, in the order install, test,',
      'run, usage, by /bin/sh without keyboard or display, with an empty home folder. Only `install` reaches the package',
      'registries of the toolchain, and nothing else; all other commands have no network. So: whatever is fetched is fetched',
      'by `install`; no placeholders, no `cd`, no editor, no sudo; arguments that really work; usage examples build on each',
      'other.',
    ].join('\n'),
    [
      'A command that cannot run there (a container build, publishing) sets `notRun` to the reason. `exitCode` is what it',
      'ends with, 0 unless the example shows a refusal. A command that keeps running sets `serves` with the port and one',
      'to three requests; it is started with PORT set, asked, and stopped. `install` is empty when nothing is needed.',
      '`says`: one line on what the command does. `configuration`: Markdown, every setting with its default, or "".',
      '`layout`: the files that matter and what each is for. When commands failed last time, mend these.',
    ].join('\n'),
  ),
  write: input =>
    compose(
      [label('App', input.brief.title)],
      input.complaint === undefined
        ? undefined
        : section('Commands that failed last time', input.complaint, COMPLAINT_CHARACTERS_MAX),
      fileList(input.files),
      excerptSections(input.excerpts, CODE_CHARACTERS_MAX),
      briefSection(input.brief),
      secretsSection(input.secrets),
      outlineSection(input.plan),
    ),
  answer: readmeSchema,
}
