import type { RehearsalApp } from './app.ts'

/** Words that any wish may hold, whatever it is for. */
const OF_ANY_WISH = new Set(
  `about all also and any app application are build can could create everything for from give have help how into just
  like little log make need one our out please program project really should show simple small software something that
  the them then there these they thing this tool use used using very want way what when where which with without would
  write you your`
    .trim()
    .split(/\s+/),
)

/** Shorter ones say nothing by themselves. */
const WORD_LETTERS_MIN = 3
/** Words that are the same so far are forms of one: `export`, `exported`, `exporting`. */
const STEM_LETTERS = 5

/**
 * Whether every word of a description is a word of this app, or of any wish. A description with only the key words of an
 * app, and something else beside them, is not built as if it had been understood.
 */
export function asksForNothingElse(app: RehearsalApp, description: string): boolean {
  const own = new Set(wordsOf(textOf(app)).map(stem))
  return wordsOf(description).every(word => OF_ANY_WISH.has(word) || own.has(stem(word)))
}

/** What an app is and does; what its brief leaves out is not in it. */
function textOf({ title, description, precise = '', questions, brief }: RehearsalApp): string {
  const { leftOut: _, ...said } = brief
  return [title, description, precise, JSON.stringify([questions, said])].join(' ')
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  return words.filter(word => word.length >= WORD_LETTERS_MIN)
}

/** Good enough for the words of a few descriptions: `splits` and `split`, `parsing` and `parses`. */
function stem(word: string): string {
  return word.replace(/(ing|ed|es|e|s)$/, '').slice(0, STEM_LETTERS)
}
