import type { Split } from '../edit.ts'
import { MAX_SPLITS } from '../limits.ts'
import { nameAbove, type Page } from '../page.ts'
import { halfOf } from '../text.ts'
import type { Format, Reading } from './format.ts'

/**
 * Blocks of `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`, each marker of 5 to 9 signs, in a fence or not, as Aider
 * has them (aider.chat/docs/more/edit-formats.html). Markers as long as the opening one count first, so text that
 * holds markers itself can be edited with longer ones.
 */
export const searchReplace: Format = {
  name: 'search-replace',
  read: (page, at, around) => {
    const mark = page.marks[at]
    if (mark?.kind === 'astray') return { next: at + 1, path: '', fault: INDENTED }
    if (mark?.kind === 'replace') return { next: at + 1, path: '', fault: STRAY }
    if (mark?.kind !== 'search') return undefined
    const path = nameAbove(page, at, around)?.path ?? ''
    const { close, next } = closeOf(page, at, mark.length)
    if (close === undefined) return { next, path, fault: UNCLOSED }
    return path === '' ? { next, path, fault: NAMELESS } : readBlock(page, at, close, path)
  },
}

const INDENTED = 'The marker line is indented; markers must begin at the start of their line.'
const STRAY =
  'A REPLACE marker has no SEARCH marker before it. If the text holds marker lines, use markers of 9 signs.'
const UNCLOSED =
  'The block is not closed by a ">>>>>>> REPLACE" line; it may have been cut off. Send it whole.'
const NAMELESS =
  'The block names no file. Put the path alone on the line before the fence or the SEARCH marker.'
const UNDIVIDED = 'The block has no "=======" line between SEARCH and REPLACE.'
const TOO_DIVIDED = `The block has more than ${MAX_SPLITS} lines of "="; use markers of another length than those, 5 to 9.`

/** The line that closes the block opened at `at`, never past the next block, and where to go on. */
function closeOf(page: Page, at: number, length: number): { close: number | undefined; next: number } {
  let other: number | undefined
  let line = at + 1
  for (; line < page.lines.length; line++) {
    const mark = page.marks[line]
    if (mark?.kind === 'search' && mark.length === length) break
    if (mark?.kind === 'replace' && mark.length === length) return { close: line, next: line + 1 }
    if (mark?.kind === 'replace') other ??= line
  }
  return { close: other, next: other === undefined ? line : other + 1 }
}

function readBlock(page: Page, at: number, close: number, path: string): Reading {
  const next = close + 1
  const dividers = dividersOf(page, at, close)
  if (dividers.length > MAX_SPLITS) return { next, path, fault: TOO_DIVIDED }
  const [first, ...otherSplits] = dividers.map(divider => splitAt(page, at, divider, close))
  if (!first) return { next, path, fault: UNDIVIDED }
  const edit = { kind: 'replace' as const, path, ...first }
  return { next, edit: otherSplits.length > 0 ? { ...edit, otherSplits } : edit }
}

/** The divider lines as long as the opening marker, or all if none is. */
function dividersOf(page: Page, at: number, close: number): number[] {
  const length = page.marks[at]?.length
  const all: number[] = []
  for (let line = at + 1; line < close; line++) if (page.marks[line]?.kind === 'divider') all.push(line)
  const same = all.filter(line => page.marks[line]?.length === length)
  return same.length > 0 ? same : all
}

function splitAt(page: Page, at: number, divider: number, close: number): Split {
  const search = halfOf(page.lines.slice(at + 1, divider))
  return { search, replace: halfOf(page.lines.slice(divider + 1, close)) }
}
