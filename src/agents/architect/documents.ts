import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { type Documents, documentsSchema, type Plan } from '../plan.ts'
import { planSection } from '../planText.ts'
import type { Prompt } from '../prompt.ts'
import { compose, label } from '../section.ts'
import { architect } from './role.ts'

export type DocumentsInput = { brief: Brief; plan: Plan }

/** Writes the project's documents from brief and plan, before the code. */
export const documents: Prompt<DocumentsInput, Documents> = {
  kind: 'documents',
  role: 'architect',
  outputTokensMax: 32_000,
  system: architect(
    [
      'Write the documents of the project in Markdown, for the people who will maintain it. State what is decided; no',
      'filler, no praise, nothing about this factory. They travel with the code and must agree with brief and plan.',
    ].join('\n'),
    [
      '`requirements`: purpose, users, features, the criteria with their ids, what is left out, the traps considered.',
      '`architecture`: parts and what each is responsible for, the way of one request or command through them, the data',
      'and its format, decisions with their reasons, and exactly one ```mermaid fence with a flowchart (`flowchart LR` or',
      '`TD`; node ids of letters and digits; labels with punctuation in double quotes).',
      '`api`: only where the app has an HTTP or library interface: every entry with parameters, results, errors, an example.',
      '`deployment`: prerequisites, how it is started and stopped, configuration, where data lives, backup, updating.',
    ].join('\n'),
  ),
  write: input =>
    compose([label('App', input.brief.title)], briefSection(input.brief), planSection(input.plan)),
  answer: documentsSchema,
}
