import { z } from 'zod'

/** What a person can say to a project: one schema for terminal, web page and API. */

export const DESCRIPTION_CHARACTERS_MAX = 20_000
export const TEXT_CHARACTERS_MAX = 8_000

/** Words of a person: bounded, not empty, and text (no control characters but tab and line breaks, no half characters). */
function words(max: number, name: string) {
  return z
    .string()
    .trim()
    .min(1, `${name} is empty. Say in a sentence or two what you want.`)
    .max(max, `${name} is too long: at most ${max} characters.`)
    .refine(isText, `${name} is not text. Send words, not a file.`)
}

function isText(value: string): boolean {
  if (!value.isWellFormed()) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/.test(value)
}

export const descriptionSchema = words(DESCRIPTION_CHARACTERS_MAX, 'The description')
const textSchema = words(TEXT_CHARACTERS_MAX, 'The text')

export const personEventSchema = z.discriminatedUnion('type', [
  /** `answer` null leaves the question to the Architect. Questions that are not named are left to it too. */
  z.object({
    type: z.literal('answer'),
    answers: z.array(z.object({ id: z.string().max(10), answer: textSchema.nullable() })).max(10),
  }),
  z.object({ type: z.literal('build') }),
  z.object({ type: z.literal('change'), text: textSchema }),
  z.object({ type: z.literal('approve') }),
  z.object({
    type: z.literal('raise'),
    capCredits: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,6})?$/, 'The cap is a number of credits, for instance 250.'),
  }),
  z.object({ type: z.literal('goOn') }),
  z.object({ type: z.literal('guide'), text: textSchema }),
  z.object({ type: z.literal('skip') }),
  z.object({ type: z.literal('deliver') }),
  z.object({
    type: z.literal('undo'),
    task: z.string().regex(/^T\d{1,3}$/, 'Name a task, for instance T2.'),
  }),
  z.object({ type: z.literal('refine'), text: textSchema }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
])
export type PersonEvent = z.infer<typeof personEventSchema>
