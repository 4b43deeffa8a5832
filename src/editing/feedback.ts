import type { EditRefusal, NearestText } from './edit.ts'
import { MAX_EXPLAINED, MAX_EXPLANATION_CHARS, MAX_SUMMARY_CHARS } from './limits.ts'

/**
 * The text that goes back to the model after a refusal: which block, why, and the nearest text with its line
 * numbers. The same refusals give the same text, so that a model that is stuck can be recognised by it.
 */
export function explainRefusals(refusals: readonly EditRefusal[]): string {
  const explained = refusals.slice(0, MAX_EXPLAINED).map(explain)
  const more = refusals.length - explained.length
  const rest = more > 0 ? [`${more} more were refused.`] : []
  const all = [NOTHING_APPLIED, ...explained, ...rest, WHAT_NOW].join('\n\n')
  return all.length <= MAX_EXPLANATION_CHARS ? all : briefly(refusals)
}

/** The same for people who look on, in one line: the first refusal, and how many there are. */
export function summariseRefusals(refusals: readonly EditRefusal[]): string {
  const [first] = refusals
  if (first === undefined) return 'None of its edits could be applied.'
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : ''
  const where = first.block === 0 ? '' : `${first.path || subject(first)}: `
  const said = `None of its edits could be applied: ${where}${firstSentence(first.says)}`
  return `${said.slice(0, MAX_SUMMARY_CHARS).toWellFormed()}${more}`
}

/** What is wrong; what the model should do about it comes after. */
function firstSentence(says: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(says)?.[0].replace(/\s+/g, ' ') ?? says
}

const NOTHING_APPLIED = 'None of your edits was applied, because some of them cannot be.'
const WHAT_NOW = 'Send all edits again, with these corrected.'

/** Without the nearest texts, when those would be too much. */
function briefly(refusals: readonly EditRefusal[]): string {
  const short = refusals.slice(0, MAX_EXPLAINED).map(({ nearest: _, ...refusal }) => explain(refusal))
  return [NOTHING_APPLIED, ...short, WHAT_NOW].join('\n\n').slice(0, MAX_EXPLANATION_CHARS)
}

function explain(refusal: EditRefusal): string {
  const said = `${subject(refusal)} (${refusal.reason}): ${refusal.says}`
  return refusal.nearest ? `${said}\nThe nearest text in the file is:\n${numbered(refusal.nearest)}` : said
}

/** What a refusal is about: the answer, or a block of it with its file where that is known. */
export function subject({ block, path }: EditRefusal): string {
  if (block === 0) return 'The answer'
  return path === '' ? `Block ${block}` : `Block ${block}, ${path}`
}

function numbered(nearest: NearestText): string {
  const lines = nearest.text.split('\n')
  const width = String(nearest.line + lines.length - 1).length
  return lines.map((line, at) => `${String(nearest.line + at).padStart(width)} | ${line}`).join('\n')
}
