import { MAX_NAME_LINE_CHARS } from './limits.ts'

/** A line that opens a fenced block, as CommonMark has it: three or more ` or ~, indented by three spaces at most. */
export type Fence = { at: number; sign: string; length: number; info: string }

/** The fence that line `at` opens, if it opens one. */
export function openedBy(line: string, at: number): Fence | undefined {
  if (line.length > MAX_NAME_LINE_CHARS) return undefined
  const parts = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
  const signs = parts?.[1] ?? ''
  const info = (parts?.[2] ?? '').trim()
  const sign = signs.charAt(0)
  return signs === '' || (sign === '`' && info.includes('`'))
    ? undefined
    : { at, sign, length: signs.length, info }
}

/** Whether a line closes the fence: the same sign, at least as often, and nothing else. */
export function closes(line: string, fence: Fence): boolean {
  const other = openedBy(line, 0)
  return other !== undefined && other.info === '' && covers(other, fence)
}

/** Whether `other` is strong enough to open or close something inside `fence`. */
export function covers(other: Fence, fence: Fence): boolean {
  return other.sign === fence.sign && other.length >= fence.length
}

/**
 * The line that closes a fence around a file, or nothing if the answer ends first. Fences inside that say a language
 * are paired with their own ends, so that a README with examples does not end at its first one.
 */
export function closingLine(lines: readonly string[], fence: Fence): number | undefined {
  const open = [fence]
  for (let at = fence.at + 1; at < lines.length; at++) {
    const inner = openedBy(lines[at] ?? '', at)
    const top = open.at(-1)
    if (!inner || !top || !covers(inner, fence)) continue
    if (inner.info !== '') open.push(inner)
    else if (covers(inner, top)) open.pop()
    if (open.length === 0) return at
  }
  return undefined
}
