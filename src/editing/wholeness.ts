import type { Draft } from './draft.ts'
import { type Applied, type DeleteEdit, type EditRefusal, type FileEdit, refuseEdit } from './edit.ts'
import { elidedInNew, elidedLine } from './elision.ts'
import { type Landing, landed, refused } from './landing.ts'
import { symbolsIn } from './symbols.ts'
import { lineEndOf, linesOf, type Text, writeText } from './text.ts'

/** Lands a file that is given whole; in place of another it takes over its line ends and byte-order mark. */
export function landFile(draft: Draft, edit: FileEdit): Landing {
  const before = draft.get(edit.path) ?? draft.original(edit.path)
  const elided = elidedIn(edit, before === undefined ? undefined : draft.source(before).text.lines)
  if (elided !== undefined) return refused(edit, 'elided', elidedSays(elided))
  const existing = draft.get(edit.path)
  if (existing === undefined) return landed(edit.content, 'create')
  return landed(dressedAs(draft.source(existing).text, edit.content), 'whole-file')
}

/** Lands a deletion. */
export function landDeletion(draft: Draft, edit: DeleteEdit): Landing {
  if (draft.get(edit.path) === undefined)
    return refused(edit, 'missing-file', 'There is no such file to delete.')
  return landed(null, 'delete')
}

/**
 * Files given whole that lose most of what they declared, unless the task asked for that. What moved to another
 * changed file is not lost.
 */
export function gutted(
  draft: Draft,
  applied: readonly Applied[],
  replaceWhole: ((path: string) => boolean) | undefined,
): EditRefusal[] {
  const whole = applied.filter(({ rule }) => rule === 'whole-file' || rule === 'create')
  if (whole.length === 0) return []
  const kept = new Set(draft.changes().flatMap(({ content }) => [...symbolsIn(content ?? '')]))
  return whole.flatMap(edit => (replaceWhole?.(edit.path) ? [] : gutsOf(draft, edit, kept)))
}

/** Fewer declarations than this are easily renamed on purpose. */
const LEAST_SYMBOLS = 3
const LOST_NAMED = 6

function gutsOf(draft: Draft, edit: Applied, kept: ReadonlySet<string>): EditRefusal[] {
  const before = draft.original(edit.path)
  const isChanged = draft.get(edit.path) !== undefined && draft.get(edit.path) !== before
  if (before === undefined || !isChanged) return []
  const had = [...symbolsIn(before)]
  const lost = had.filter(name => !kept.has(name))
  if (had.length < LEAST_SYMBOLS || lost.length * 2 <= had.length) return []
  return [refuseEdit(edit, 'guts-file', gutsSays(had.length, lost))]
}

function gutsSays(had: number, lost: readonly string[]): string {
  const more = lost.length > LOST_NAMED ? ' and others' : ''
  const named = `${lost.slice(0, LOST_NAMED).join(', ')}${more}`
  return `The new file drops ${lost.length} of the ${had} things it declared (${named}). Keep them, or edit with SEARCH/REPLACE.`
}

function elidedIn(edit: FileEdit, before: readonly string[] | undefined): string | undefined {
  const lines = linesOf(edit.content)
  return before ? elidedLine(before, lines, edit.path) : elidedInNew(lines)
}

function elidedSays(line: string): string {
  return `The line "${line.trim()}" leaves code out, and a file given whole must hold all of it. Write it out, or use SEARCH/REPLACE.`
}

function dressedAs(text: Text, content: string): string {
  const end = lineEndOf(text)
  const lines = linesOf(content)
  return writeText({ mark: text.mark, lines, ends: lines.map(() => end) })
}
