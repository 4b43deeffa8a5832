import { z } from 'zod'

/** What a person can say to a project: one schema for terminal, web page and API. */

export const DESCRIPTION_CHARACTERS_MAX = 20_000
export const TEXT_CHARACTERS_MAX = 8_000

/**
 * Words of a person: bounded, with something to see in them, and text (no control characters but tab and line breaks,
 * no half characters). What only steers how text is laid out is taken out, so that no title turns the words around it.
 */
export function words(max: number, name: string) {
  return z
    .string()
    .overwrite(withoutSteering)
    .trim()
    .refine(isText, `${name} is not text. Send words, not a file.`)
    .refine(isSeen, `${name} is empty. Say in a sentence or two what you want.`)
    .max(max, `${name} is too long: at most ${max.toLocaleString('en')} characters.`)
}

/**
 * Format characters that mean nothing by themselves: bidirectional controls, zero-width spaces, tags. Those that join
 * letters and emoji stay (U+200C, U+200D), and so do the Arabic and Kaithi signs that are drawn around numbers.
 */
const STEERING = /(?!\u200c|\u200d|[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])\p{Cf}/gu

function withoutSteering(value: string): string {
  return value.replace(STEERING, '')
}

/** Fillers and the blank of Braille (U+2800) count as letters and signs and show nothing. */
const SEEN = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u

function isSeen(value: string): boolean {
  return SEEN.test(value)
}

function isText(value: string): boolean {
  if (!value.isWellFormed()) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/.test(value)
}

export const descriptionSchema = words(DESCRIPTION_CHARACTERS_MAX, 'The description')
const textSchema = words(TEXT_CHARACTERS_MAX, 'The text')

const EVENTS = [
  /** Every question that was asked, and no other; `answer` null leaves it to the Architect. */
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
  /** An ended project is kept and leaves the list, or comes back to it. */
  z.object({ type: z.literal('hide') }),
  z.object({ type: z.literal('unhide') }),
] as const

export const personEventSchema = z.discriminatedUnion(
  'type',
  EVENTS,
  `Say one of these to a project, as its type: ${EVENTS.map(event => event.shape.type.value).join(', ')}.`,
)
export type PersonEvent = z.infer<typeof personEventSchema>
