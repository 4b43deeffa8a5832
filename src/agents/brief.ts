import { z } from 'zod'

/** The words that Architect, Implementer and projects share: brief, plan, task, verdict. Sizes are bounded on entry. */

const line = z.string().trim().min(1).max(400)
const paragraph = z.string().trim().min(1).max(4_000)
const id = z.string().regex(/^[A-Z]\d{1,3}(\.\d{1,3})?$/)

export const QUESTIONS_MAX = 5
export const OFFERED_ANSWERS_MAX = 3

export const questionSchema = z.object({
  id,
  text: line,
  offers: z.array(line).max(OFFERED_ANSWERS_MAX),
})
export type Question = z.infer<typeof questionSchema>

/** `answer` null means "you decide". */
export type AnsweredQuestion = { question: string; answer: string | null }

export const criterionSchema = z.object({ id, text: line })

export const briefSchema = z.object({
  title: z.string().trim().min(1).max(80),
  summary: paragraph,
  audience: line,
  features: z.array(line).min(1).max(20),
  leftOut: z.array(line).max(20),
  /** What must be true of the finished app; acceptance tests are written from these. */
  criteria: z.array(criterionSchema).min(1).max(30),
})
export type Brief = z.infer<typeof briefSchema>
