import type { MatchRule } from './edit.ts'
import { elisionOn } from './elision.ts'
import {
  asWritten,
  type Haystack,
  indentOf,
  type Spelling,
  shapesOf,
  withoutTrailingSpace,
  withPlainCharacters,
} from './haystack.ts'
import { occurrences } from './occurrences.ts'
import { isBlank, type Place } from './text.ts'

/** The two halves of a search/replace block, as lines. */
export type Block = { search: readonly string[]; replace: readonly string[] }

/** Where a block belongs. An elided block has several places, in order; `lines` of the ambiguous count from 1. */
export type Lookup =
  | { kind: 'found'; rule: MatchRule; places: readonly Place[] }
  | { kind: 'ambiguous'; rule: MatchRule; lines: readonly number[] }
  | { kind: 'none' }

/**
 * Looks a block up in a file. The rules are tried in order and the first that finds anything decides;
 * no likeness below these rules ever edits. The time is linear in the file for each rule.
 */
export function locate(file: Haystack, block: Block): Lookup {
  const whole = locateWhole(file, block)
  return whole.kind === 'none' ? locatePieces(file, block) : whole
}

type Finder = (file: Haystack, block: Block) => Place[]

const RULES: readonly { rule: MatchRule; find: Finder }[] = [
  { rule: 'exact', find: (file, block) => sameLines(file, block, asWritten) },
  { rule: 'trailing-space', find: (file, block) => sameLines(file, block, withoutTrailingSpace) },
  { rule: 'indentation', find: (file, block) => shiftedLines(file, block, asWritten) },
  { rule: 'blank-lines', find: (file, block) => shiftedLines(file, withoutOuterBlanks(block), asWritten) },
  {
    rule: 'look-alikes',
    find: (file, block) => shiftedLines(file, withoutOuterBlanks(block), withPlainCharacters),
  },
]

function locateWhole(file: Haystack, block: Block): Lookup {
  if (block.search.every(isBlank)) return { kind: 'none' }
  for (const { rule, find } of RULES) {
    const places = find(file, block)
    if (places.length === 1) return { kind: 'found', rule, places }
    if (places.length > 1) return { kind: 'ambiguous', rule, lines: places.map(place => place.from + 1) }
  }
  return { kind: 'none' }
}

/** Each piece between `...` lines must stand in one place, in the order of the block. */
function locatePieces(file: Haystack, block: Block): Lookup {
  const pieces = piecesOf(block)
  if (!pieces) return { kind: 'none' }
  const places: Place[] = []
  for (const piece of pieces) {
    const lookup = locateWhole(file, piece)
    if (lookup.kind !== 'found') return lookup.kind === 'none' ? lookup : { ...lookup, rule: 'elision' }
    places.push(...lookup.places)
  }
  const ordered = places.every((place, at) => at === 0 || (places[at - 1]?.to ?? 0) <= place.from)
  return ordered ? { kind: 'found', rule: 'elision', places } : { kind: 'none' }
}

/** The block cut at its elision lines, if both halves have the same ones; empty pieces are left out. */
function piecesOf(block: Block): Block[] | undefined {
  const [searched, replaced] = [cut(block.search), cut(block.replace)]
  const same = searched.marks.length > 0 && searched.marks.join('\n') === replaced.marks.join('\n')
  if (!same) return undefined
  const all = searched.pieces.map((search, at) => ({ search, replace: replaced.pieces[at] ?? [] }))
  const pieces = all.filter(piece => ![...piece.search, ...piece.replace].every(isBlank))
  return pieces.length > 0 ? pieces : undefined
}

function cut(lines: readonly string[]): { marks: string[]; pieces: string[][] } {
  const marks: string[] = []
  const pieces: string[][] = [[]]
  for (const line of lines) {
    if (elisionOn(line) === undefined) pieces.at(-1)?.push(line)
    else {
      marks.push(line.trim())
      pieces.push([])
    }
  }
  return { marks, pieces }
}

function sameLines(file: Haystack, block: Block, spelling: Spelling): Place[] {
  const starts = occurrences(file.spelled(spelling), block.search.map(spelling))
  return starts.flatMap(from => placed(file, from, block, line => line))
}

/**
 * Places where all lines are indented by the same amount more, or less, than the block. Lines of the same shape after
 * the first are shifted like the first, so one linear search is exact and only the first line needs a look of its own.
 */
function shiftedLines(file: Haystack, block: Block, spelling: Spelling): Place[] {
  const searched = block.search.map(spelling)
  const head = searched.findIndex(line => !isBlank(line))
  if (head < 0) return []
  const starts = occurrences(file.shape(spelling), shapesOf(searched).slice(head + 1))
  return starts.flatMap(after => {
    const from = after - 1 - head
    const shift = headShift(file.spelled(spelling), searched, from, head)
    return shift ? placed(file, from, block, shift) : []
  })
}

type Shift = (line: string) => string | undefined

/** The shift that brings the block's first written line onto the file's, if the lines up to it agree. */
function headShift(
  file: readonly string[],
  searched: readonly string[],
  from: number,
  head: number,
): Shift | undefined {
  const [theirs, ours] = [file[from + head], searched[head]]
  if (from < 0 || theirs === undefined || ours === undefined || theirs.trim() !== ours.trim())
    return undefined
  for (let at = from + head - 1; at >= from; at--) if (!isBlank(file[at] ?? '')) return undefined
  return shiftBetween(indentOf(ours), indentOf(theirs))
}

function shiftBetween(ours: string, theirs: string): Shift | undefined {
  if (theirs.endsWith(ours)) {
    const more = theirs.slice(0, theirs.length - ours.length)
    return line => (isBlank(line) ? line : more + line)
  }
  if (!ours.endsWith(theirs)) return undefined
  const less = ours.slice(0, ours.length - theirs.length)
  return line => (isBlank(line) ? line : line.startsWith(less) ? line.slice(less.length) : undefined)
}

/** The place at `from`; none if a line of the replacement cannot be shifted. */
function placed(file: Haystack, from: number, block: Block, shift: Shift): Place[] {
  const to = from + block.search.length
  const spelled = spelledInFile(file.lines.slice(from, to), block.search)
  const lines = block.replace.map(line => spelled.get(line)?.pop() ?? shift(line))
  return lines.every(line => line !== undefined) ? [{ from, to, lines }] : []
}

/** Lines that the block only repeats keep the spelling of the file: its quotes, spaces and indentation. */
function spelledInFile(there: readonly string[], search: readonly string[]): Map<string, string[]> {
  const spelled = new Map<string, string[]>()
  for (let at = search.length - 1; at >= 0; at--) {
    const [line, kept] = [search[at] ?? '', there[at] ?? '']
    const same = spelled.get(line)
    if (same) same.push(kept)
    else spelled.set(line, [kept])
  }
  return spelled
}

/** Drops the blank lines around SEARCH, and as many around REPLACE if they are there. */
function withoutOuterBlanks(block: Block): Block {
  const head = blanksAt(block.search)
  const tail = blanksAt(block.search.toReversed())
  const replace = block.replace
  const headToo = Math.min(head, blanksAt(replace))
  const tailToo = Math.min(tail, blanksAt(replace.slice(headToo).toReversed()))
  return {
    search: block.search.slice(head, block.search.length - tail),
    replace: replace.slice(headToo, replace.length - tailToo),
  }
}

function blanksAt(lines: readonly string[]): number {
  const first = lines.findIndex(line => !isBlank(line))
  return first < 0 ? lines.length : first
}
