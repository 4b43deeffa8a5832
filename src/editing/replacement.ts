import type { Draft, Source } from './draft.ts'
import type { RefusalReason, ReplaceEdit, Split } from './edit.ts'
import { elidedLine } from './elision.ts'
import { type Landing, landed, refused } from './landing.ts'
import { MAX_FILE_LINES, MAX_PLACES_NAMED } from './limits.ts'
import { type Block, type Lookup, locate } from './match.ts'
import { nearestPaths, nearestText } from './nearest.ts'
import { isBlank, linesOf, type Place, replacePlace, type Text, writeText } from './text.ts'
import { landFile } from './wholeness.ts'

/** Lands a search/replace block. Cut in several ways, it lands only if the SEARCH of exactly one of them matches. */
export function landReplacement(draft: Draft, edit: ReplaceEdit): Landing {
  const first = landSplit(draft, edit, edit)
  const others = (edit.otherSplits ?? []).map(split => landSplit(draft, edit, split))
  const matching = [first, ...others].filter(landing => landing.ok || !MISSES.has(landing.refusal.reason))
  if (matching.length > 1) return refused(edit, 'ambiguous', SEVERAL_SPLITS)
  return matching[0] ?? withNearest(draft, edit, first)
}

/** Reasons that mean the SEARCH of a split was not found at all. */
const MISSES = new Set<RefusalReason>(['no-match', 'missing-file', 'exists', 'overlap'])

const SEVERAL_SPLITS =
  'The block holds several "=======" lines and more than one of them could be its middle. Use markers of 9 signs, or other lines.'

function landSplit(draft: Draft, edit: ReplaceEdit, split: Split): Landing {
  const block = { search: linesOf(split.search), replace: linesOf(split.replace) }
  const content = draft.get(edit.path)
  if (block.search.every(isBlank)) return create(draft, edit, split)
  if (content === undefined) return missing(draft, edit)
  if (content.includes('\0'))
    return refused(edit, 'binary', 'The file is binary; it cannot be edited as text.')
  const source = draft.source(content)
  return source.text.lines.length > MAX_FILE_LINES ? tooLong(edit) : landBlock(draft, edit, source, block)
}

function create(draft: Draft, edit: ReplaceEdit, split: Split): Landing {
  const filled = !isBlank(draft.get(edit.path) ?? '')
  if (filled) return refused(edit, 'exists', EXISTS)
  const landing = landFile(draft, { ...edit, kind: 'file', content: split.replace })
  return landing.ok ? { ...landing, rule: 'create' } : landing
}

const EXISTS =
  'An empty SEARCH creates a file, but this one exists and is not empty. Name in SEARCH the lines to replace.'

function missing(draft: Draft, edit: ReplaceEdit): Landing {
  const alike = nearestPaths(edit.path, draft.paths())
  const hint =
    alike.length > 0 ? ` Did you mean ${alike.join(' or ')}?` : ' To create it, leave SEARCH empty.'
  return refused(edit, 'missing-file', `There is no such file.${hint}`)
}

function tooLong(edit: ReplaceEdit): Landing {
  return refused(edit, 'too-large', `The file has more than ${MAX_FILE_LINES} lines and is not searched.`)
}

function landBlock(draft: Draft, edit: ReplaceEdit, { text, haystack }: Source, block: Block): Landing {
  const lookup = locate(haystack, block)
  if (lookup.kind === 'none') return unmatched(draft, edit, block)
  if (lookup.kind === 'ambiguous') return ambiguous(edit, lookup)
  const elided = elidedLine(block.search, block.replace, edit.path)
  if (elided !== undefined) return refused(edit, 'elided', elidedSays(elided))
  const content = writeText(replaceAll(text, lookup.places))
  return landed(content, lookup.rule, (lookup.places[0]?.from ?? 0) + 1)
}

/** From the last place to the first, so that line numbers stay true. */
function replaceAll(text: Text, places: readonly Place[]): Text {
  return places.toReversed().reduce(replacePlace, text)
}

function unmatched(draft: Draft, edit: ReplaceEdit, block: Block): Landing {
  const original = draft.original(edit.path)
  const changed = original !== undefined && original !== draft.get(edit.path)
  const overlaps = changed && locate(draft.source(original).haystack, block).kind === 'found'
  return overlaps ? refused(edit, 'overlap', OVERLAP) : refused(edit, 'no-match', NO_MATCH)
}

/** Shows the model what it may have meant. */
function withNearest(draft: Draft, edit: ReplaceEdit, landing: Landing): Landing {
  const content = draft.get(edit.path)
  if (landing.ok || content === undefined || edit.search === '') return landing
  const nearest = nearestText(draft.source(content).text.lines, linesOf(edit.search))
  return nearest ? { ok: false, refusal: { ...landing.refusal, nearest } } : landing
}

const OVERLAP =
  'An earlier block of the same answer already changed this text. Blocks apply in order: join the two, or search what the former left.'
const NO_MATCH =
  'The SEARCH text is not in the file. Copy whole lines from the file as it is now, with their indentation.'

function ambiguous(edit: ReplaceEdit, lookup: Extract<Lookup, { kind: 'ambiguous' }>): Landing {
  const named = lookup.lines.slice(0, MAX_PLACES_NAMED).join(', ')
  const more = lookup.lines.length - MAX_PLACES_NAMED
  const rest = more > 0 ? ` and ${more} more` : ''
  const says = `The SEARCH text stands in several places, at lines ${named}${rest}. Add lines around it until it is unique.`
  return refused(edit, 'ambiguous', says)
}

function elidedSays(line: string): string {
  return `The line "${line.trim()}" leaves code out, and the code would be lost. Write the code, or replace only the lines that change.`
}
