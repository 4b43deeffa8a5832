export type Span = { code: boolean; text: string }

/** Text with its `code` between backticks taken apart; a backtick that is not closed in its line stays one. */
export function spansOf(text: string): Span[] {
  const parts = text.split(/(?<!`)`([^`\n]+)`(?!`)/)
  return parts.flatMap((part, at) => (part === '' ? [] : [{ code: at % 2 === 1, text: part }]))
}
