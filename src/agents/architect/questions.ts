import { z } from 'zod'
import { type AnsweredQuestion, OFFERED_ANSWERS_MAX, QUESTIONS_MAX, questionSchema } from '../brief.ts'
import { answersSection } from '../briefText.ts'
import type { Prompt } from '../prompt.ts'
import { compose, label, section } from '../section.ts'
import { DESCRIPTION_CHARACTERS_MAX } from './bounds.ts'
import { architect } from './role.ts'

export const questionsSchema = z.object({ questions: z.array(questionSchema).max(QUESTIONS_MAX) })
export type Questions = z.infer<typeof questionsSchema>

export type QuestionsInput = {
  description: string
  answered: readonly AnsweredQuestion[]
  /** How many more times the person may be asked after this; at 0 only what cannot be decided for them. */
  roundsLeft: number
}

/** Asks what must be known before the brief can be written; no question when nothing important is open. */
export const questions: Prompt<QuestionsInput, Questions> = {
  kind: 'questions',
  role: 'architect',
  outputTokensMax: 8_000,
  system: architect(
    [
      'Decide which questions to ask before a brief is written. Ask only where the answer changes what is built and',
      'where you cannot choose well yourself. Never ask about what was said, or what any sensible builder would do',
      'the same way. A precise description gets no question at all: answer {"questions": []}.',
    ].join('\n'),
    [
      'Look for what is open under these heads, most important first: who uses it and for what; where it runs',
      '(terminal, browser, phone, server); what it must be able to do, and what it keeps; how many users and how much',
      'data; what it must work with (files, services, formats); budget and time.',
    ].join('\n'),
    [
      `At most ${QUESTIONS_MAX} questions, ids Q1, Q2, …; each one sentence that a non-programmer understands.`,
      `Up to ${OFFERED_ANSWERS_MAX} offered answers each: short, really different, the one you would choose first.`,
      'The person may also write freely or let you decide. Questions that were answered are settled.',
    ].join('\n'),
  ),
  write: input =>
    compose(
      [label('Answered', input.answered.length), label('Rounds left', input.roundsLeft)],
      section('Description', input.description, DESCRIPTION_CHARACTERS_MAX),
      answersSection(input.answered),
    ),
  answer: questionsSchema,
}
