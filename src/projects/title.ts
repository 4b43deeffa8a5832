const ELLIPSIS = ' …'

/** Words as a title of one line: at most so many characters, cut between two words and marked as cut. */
export function titleOf(text: string, charactersMax: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= charactersMax) return line
  const room = charactersMax - ELLIPSIS.length
  const end = line.lastIndexOf(' ', room)
  // A single word that does not fit, and a script without blanks, are cut where they must be.
  const kept = end > room / 2 ? line.slice(0, end) : line.slice(0, room).replace(/[\ud800-\udbff]$/, '')
  return `${kept.replace(/[\s,;:–-]+$/, '')}${ELLIPSIS}`
}
