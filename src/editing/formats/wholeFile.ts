import { closingLine, covers, type Fence, openedBy } from '../fence.ts'
import { bareNameOnLine, type Name, nameInInfo, nameOnLine } from '../name.ts'
import { type Around, nameAbove, type Page } from '../page.ts'
import { halfOf, isBlank } from '../text.ts'
import type { Format, Reading } from './format.ts'

/**
 * A whole file: its name on the line before a fence, in the fence's info string, or bare on the first line inside.
 * A fence that no plausible path names is prose, and so are commands under a source file's name.
 */
export const wholeFile: Format = {
  name: 'whole-file',
  read: (page, at, around) => {
    const fence = around.fence ? undefined : openedBy(page.lines[at] ?? '', at)
    if (!fence || holdsBlocks(page, at)) return undefined
    const titled = titleOf(page, fence)
    if (titled) return readFile(page, fence, titled, at + 1)
    const inside = titleInside(page, fence)
    return inside ? readFile(page, fence, inside, at + 2) : brokenMarkdown(fence, around)
  },
}

/** Whether the fence only holds search/replace blocks: a marker first, or a name and then a marker. */
function holdsBlocks(page: Page, at: number): boolean {
  const first = nextWritten(page, at + 1)
  const named = nameOnLine(page.lines[first] ?? '') !== undefined
  return isOpener(page, first) || (named && isOpener(page, nextWritten(page, first + 1)))
}

function isOpener(page: Page, at: number): boolean {
  const kind = page.marks[at]?.kind
  return kind === 'search' || kind === 'delete'
}

function nextWritten(page: Page, from: number): number {
  let at = from
  while (at < page.lines.length && isBlank(page.lines[at] ?? '')) at++
  return at
}

function titleOf(page: Page, fence: Fence): Name | undefined {
  const name = nameInInfo(fence.info) ?? nameAbove(page, fence.at, {})
  return name?.sure && !/\s/.test(name.path) && !isTranscript(fence, name.path) ? name : undefined
}

/** A first line that is a path and nothing else, with content that is not a list of paths. */
function titleInside(page: Page, fence: Fence): Name | undefined {
  const name = bareNameOnLine(page.lines[fence.at + 1] ?? '')
  const second = page.lines[fence.at + 2] ?? ''
  const isContent = !isBlank(second) && !bareNameOnLine(second) && !openedBy(second, 0)
  return name && isContent && !SHELLS.has(languageOf(fence)) ? name : undefined
}

function readFile(page: Page, fence: Fence, name: Name, from: number): Reading {
  const { path } = name
  const end = closingLine(page.lines, fence)
  if (end === undefined) return { next: page.lines.length, path, fault: UNCLOSED }
  const next = end + 1
  if (isPatch(fence, path)) return { next, path, fault: PATCH }
  const hasMarker = page.marks
    .slice(from, end)
    .some(mark => mark?.kind === 'search' || mark?.kind === 'delete')
  if (hasMarker) return { next, path, fault: MARKER_INSIDE }
  return { next, fence, edit: { kind: 'file', path, content: halfOf(page.lines.slice(from, end)) } }
}

/** A bare fence after a Markdown file that was fenced no longer: perhaps that file ended too early. */
function brokenMarkdown(fence: Fence, around: Around): Reading | undefined {
  const { before } = around
  const doubtful =
    before?.fence && covers(fence, before.fence) && fence.info === '' && isMarkdown(before.path)
  return doubtful ? { next: fence.at + 1, path: before.path, fault: FENCES_INSIDE } : undefined
}

const UNCLOSED = 'The fence of the file is not closed; the answer may have been cut off. Send the file whole.'
const PATCH = 'Diffs are not read. Write SEARCH/REPLACE blocks, or the whole file.'
const MARKER_INSIDE =
  'The whole file holds a SEARCH marker. Write either SEARCH/REPLACE blocks or the whole file.'
const FENCES_INSIDE =
  'It cannot be told where the file ends, because fences without a language follow. Wrap it in a longer fence.'

const SHELLS = new Set('bash sh shell zsh fish console terminal shell-session shellsession output'.split(' '))
const PATCHES = new Set(['diff', 'patch', 'udiff'])
/** Source files that are not shell scripts: a shell fence under their name shows how to run them. */
const NOT_SHELL =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|c|h|cc|cpp|cs|php|html?|css|scss|json|vue|svelte|swift|md)$/i

function languageOf(fence: Fence): string {
  return (fence.info.split(/\s/, 1)[0] ?? '').toLowerCase()
}

function isTranscript(fence: Fence, path: string): boolean {
  return SHELLS.has(languageOf(fence)) && NOT_SHELL.test(path)
}

function isPatch(fence: Fence, path: string): boolean {
  return PATCHES.has(languageOf(fence)) && !/\.(?:diff|patch)$/i.test(path)
}

function isMarkdown(path: string): boolean {
  return /\.(?:md|mdx|markdown)$/i.test(path)
}
