import { type AnsweredQuestion, type Brief, briefSchema } from '../brief.ts'
import { answersSection } from '../briefText.ts'
import type { Prompt } from '../prompt.ts'
import { compose, label, section } from '../section.ts'
import { DESCRIPTION_CHARACTERS_MAX, PREVIOUS_CHARACTERS_MAX, WISH_CHARACTERS_MAX } from './bounds.ts'
import { architect } from './role.ts'

export type ScopeInput = {
  description: string
  answered: readonly AnsweredQuestion[]
  /** The brief that was shown, when it is to be changed. */
  previous?: Brief
  /** What the person wants changed in it, in their words. */
  change?: string
}

/** Writes the brief that the person confirms on one screen, or changes it as they wish. */
export const scope: Prompt<ScopeInput, Brief> = {
  kind: 'brief',
  role: 'architect',
  outputTokensMax: 10_000,
  system: architect(
    [
      'Write the brief: what will be built, small enough to read on one phone screen. Build what was asked, not more.',
      'Where the person let you decide, choose the simplest thing that serves them and let the brief show it.',
      'Name under `leftOut` what one might expect and will not get, so that nobody is surprised.',
    ].join('\n'),
    [
      '`title`: a short name, at most 40 characters. `summary`: two or three sentences. `audience`: one line.',
      '`features`: 3 to 8 lines, each something a user can do.',
      '`criteria`: 4 to 10, ids C1, C2, …: what must be true of the finished app. Each can be proven by running it,',
      'names concrete input and outcome (also for wrong input and empty data), and stands alone. Acceptance tests are',
      'written from these words only, before any code exists: no "fast", "nice" or "easy".',
    ].join('\n'),
    'When an earlier brief and a change are given, keep everything the change does not touch, ids included.',
  ),
  write: input =>
    compose(
      [label('Answered', input.answered.length)],
      section('Description', input.description, DESCRIPTION_CHARACTERS_MAX),
      answersSection(input.answered),
      input.previous &&
        section('Earlier brief', JSON.stringify(input.previous, null, 1), PREVIOUS_CHARACTERS_MAX),
      input.change === undefined ? undefined : section('Change', input.change, WISH_CHARACTERS_MAX),
    ),
  answer: briefSchema,
}
