import type { Fence } from './fence.ts'
import { MAX_BLANKS_AFTER_NAME, MAX_NAME_LINE_CHARS } from './limits.ts'
import { type Name, nameInInfo, nameOnLine } from './name.ts'
import { isBlank } from './text.ts'

/** An answer as lines, with what each line marks. */
export type Page = { lines: readonly string[]; marks: readonly (Mark | undefined)[] }

/** A marker line; `length` is how many signs it has. `astray` is one that is indented, where none may be. */
export type Mark = { kind: 'search' | 'divider' | 'replace' | 'delete' | 'astray'; length: number }

/** What stands around a line: the fence it is in, and the block that ended last. */
export type Around = { fence?: Fence | undefined; before?: Before | undefined }

/** The block that ended on line `end`; `fence` if it was a whole file. */
export type Before = { end: number; path: string; fence?: Fence | undefined }

export function readPage(answer: string): Page {
  const lines = answer.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
  return { lines, marks: lines.map(markOn) }
}

/**
 * The file that stands above line `at`: on the line before, in or above the fence that opens there, or, right after a
 * block, the file of that block.
 */
export function nameAbove(page: Page, at: number, around: Around): Name | undefined {
  const above = writtenAbove(page.lines, at)
  if (above === undefined) return undefined
  if (around.before?.end === above && !around.before.fence) return { path: around.before.path, sure: true }
  if (around.fence?.at !== above) return nameOnLine(page.lines[above] ?? '')
  return nameInInfo(around.fence.info) ?? nameAbove(page, above, { before: around.before })
}

/** The nearest line above that is not blank, if it is near. */
function writtenAbove(lines: readonly string[], at: number): number | undefined {
  for (let above = at - 1; above >= 0 && above >= at - 1 - MAX_BLANKS_AFTER_NAME; above--) {
    if (!isBlank(lines[above] ?? '')) return above
  }
  return undefined
}

type Marking = { kind: Mark['kind']; pattern: RegExp }

const MARKINGS: readonly Marking[] = [
  { kind: 'search', pattern: /^(<{5,9}) ?SEARCH>?\s*$/ },
  { kind: 'divider', pattern: /^(={5,9})\s*$/ },
  { kind: 'replace', pattern: /^(>{5,9}) ?REPLACE\s*$/ },
  { kind: 'delete', pattern: /^(<{5,9}) ?DELETE>?\s*$/ },
  { kind: 'astray', pattern: /^\s+(<{5,9}) ?(?:SEARCH|DELETE)>?\s*$/ },
]

function markOn(line: string): Mark | undefined {
  if (line.length > MAX_NAME_LINE_CHARS || !/^\s*[<=>]{5}/.test(line)) return undefined
  for (const { kind, pattern } of MARKINGS) {
    const signs = pattern.exec(line)?.[1]
    if (signs) return { kind, length: signs.length }
  }
  return undefined
}
