/**
 * Every index at which `pattern` stands in `items`, overlaps included; an empty pattern stands everywhere, the end
 * included. Knuth–Morris–Pratt: linear whatever the lines are, where the plain search is quadratic on repeated ones.
 */
export function occurrences(items: readonly string[], pattern: readonly string[]): number[] {
  if (pattern.length === 0) return Array.from({ length: items.length + 1 }, (_, at) => at)
  const borders = bordersOf(pattern)
  const found: number[] = []
  let matched = 0
  for (let at = 0; at < items.length; at++) {
    while (matched > 0 && items[at] !== pattern[matched]) matched = borders[matched - 1] ?? 0
    if (items[at] === pattern[matched]) matched++
    if (matched < pattern.length) continue
    found.push(at - matched + 1)
    matched = borders[matched - 1] ?? 0
  }
  return found
}

/** For each prefix of the pattern, the length of its longest proper prefix that is also its suffix. */
function bordersOf(pattern: readonly string[]): number[] {
  const borders = [0]
  let length = 0
  for (let at = 1; at < pattern.length; at++) {
    while (length > 0 && pattern[at] !== pattern[length]) length = borders[length - 1] ?? 0
    if (pattern[at] === pattern[length]) length++
    borders.push(length)
  }
  return borders
}
