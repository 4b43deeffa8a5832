import { definedName, type Language, languageOf } from './definitions.ts'

/** A run of lines, counted from 1, both ends included. `text` is shortened where lines are very long. */
export type Chunk = { fromLine: number; toLine: number; text: string }

/**
 * Cuts a file into windows of about 40 lines, ended where a definition starts at the margin, else at an empty line, else
 * anywhere (then the next window repeats 5 lines). Markdown is cut at its headings first. Every line that is not blank is
 * in a chunk. Lines are shown up to 1,000 characters, chunks up to 4,000 (more only by their last line).
 */
export function chunkText(path: string, text: string): Chunk[] {
  const lines = linesOf(text)
  const language = languageOf(path)
  const windows = sectionsOf(language, lines).flatMap(section => windowsOf(language, lines, section))
  return windows.map(window => chunkOf(lines, window)).filter(chunk => chunk.text.trim() !== '')
}

/** The lines of a text without their ends; no empty one after the last line end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** A very long line (minified, data) as it is shown. */
export function shownLine(line: string): string {
  return line.length <= LINE_CHARS_MAX ? line : `${line.slice(0, LINE_CHARS_MAX)} …`
}

/** Lines from `from` up to but without `to`, counted from 0. */
type Range = { from: number; to: number }

const WINDOW_LINES_MIN = 25
const WINDOW_LINES = 40
const WINDOW_LINES_MAX = 50
const OVERLAP_LINES = 5
const LINE_CHARS_MAX = 1000
const CHUNK_CHARS_MAX = 4000

function chunkOf(lines: readonly string[], { from, to }: Range): Chunk {
  return { fromLine: from + 1, toLine: to, text: lines.slice(from, to).map(shownLine).join('\n') }
}

function sectionsOf(language: Language, lines: readonly string[]): Range[] {
  if (language !== 'markdown') return [{ from: 0, to: lines.length }]
  const starts = [0, ...headings(lines).filter(line => line > 0), lines.length]
  return starts.slice(1).map((to, index) => ({ from: starts[index] ?? 0, to }))
}

function headings(lines: readonly string[]): number[] {
  let isCode = false
  return [...lines.keys()].filter(index => {
    const line = lines[index] ?? ''
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode
    return !isCode && definedName('markdown', line) !== undefined
  })
}

function windowsOf(language: Language, lines: readonly string[], section: Range): Range[] {
  const windows: Range[] = []
  let from = section.from
  while (from < section.to) {
    const { at, overlap } = breakAfter(language, lines, { from, to: section.to })
    windows.push({ from, to: at })
    // A window always moves on, even when one long line fills it.
    from = at === section.to ? at : Math.max(at - overlap, from + 1)
  }
  return windows
}

/** Where the window that starts at `from` ends, and how many of its lines the next one repeats. */
function breakAfter(
  language: Language,
  lines: readonly string[],
  { from, to }: Range,
): { at: number; overlap: number } {
  const end = Math.min(to, from + WINDOW_LINES_MAX, fullAt(lines, from))
  if (end === to) return { at: to, overlap: 0 }
  const latestFirst = range(Math.min(from + WINDOW_LINES_MIN, end), end).reverse()
  const definition = latestFirst.find(index => isTopDefinition(language, lines[index] ?? ''))
  if (definition !== undefined) return { at: definition, overlap: 0 }
  const blank = latestFirst.find(index => lines[index - 1]?.trim() === '')
  if (blank !== undefined) return { at: blank, overlap: 0 }
  return { at: Math.min(end, from + WINDOW_LINES), overlap: Math.min(OVERLAP_LINES, (end - from) >> 2) }
}

/** The first line that no longer fits into a chunk begun at `from`, which itself always fits. */
function fullAt(lines: readonly string[], from: number): number {
  let chars = 0
  let at = from
  while (at < lines.length && chars < CHUNK_CHARS_MAX)
    chars += Math.min(lines[at++]?.length ?? 0, LINE_CHARS_MAX) + 1
  return at
}

function isTopDefinition(language: Language, line: string): boolean {
  return /^\S/.test(line) && definedName(language, line) !== undefined
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index + 1)
}
