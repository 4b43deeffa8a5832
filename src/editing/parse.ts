import { type Edit, type EditRefusal, refuseEdit } from './edit.ts'
import { closes, openedBy } from './fence.ts'
import { deletion } from './formats/deletion.ts'
import type { Format, Reading } from './formats/format.ts'
import { searchReplace } from './formats/searchReplace.ts'
import { wholeFile } from './formats/wholeFile.ts'
import { MAX_ANSWER_CHARS, MAX_BLOCKS } from './limits.ts'
import { type Around, type Page, readPage } from './page.ts'

/**
 * Reads the edits out of a model's answer, in order. Blocks that are broken become refusals, and an answer without any
 * edit becomes one too; prose is passed over. Takes any text, never throws, and works in time linear in it.
 */
export function parseAnswer(answer: string): { edits: Edit[]; refusals: EditRefusal[] } {
  if (answer.length > MAX_ANSWER_CHARS) return { edits: [], refusals: [ofAnswer('too-large', TOO_LONG)] }
  const { edits, refusals } = readBlocks(readPage(answer))
  if (edits.length + refusals.length === 0) refusals.push(ofAnswer('no-edits', NO_EDITS))
  return { edits, refusals }
}

/** The formats that are understood; each line is offered to them in this order. */
const FORMATS: readonly Format[] = [searchReplace, deletion, wholeFile]

const TOO_LONG = `The answer is longer than ${MAX_ANSWER_CHARS} characters. Send fewer edits at a time.`
const TOO_MANY = `The answer has more than ${MAX_BLOCKS} edits. Send fewer at a time.`
const NO_EDITS =
  'The answer holds no edit. Write each file as its path on a line of its own, followed by a fenced SEARCH/REPLACE block or the whole file in a fence.'

function readBlocks(page: Page): { edits: Edit[]; refusals: EditRefusal[] } {
  const edits: Edit[] = []
  const refusals: EditRefusal[] = []
  let around: Around = {}
  let at = 0
  for (let block = 1; at < page.lines.length; ) {
    const reading = readAt(page, at, around)
    if (reading && block > MAX_BLOCKS)
      return { edits, refusals: [...refusals, ofAnswer('too-large', TOO_MANY)] }
    if (!reading) around = stepped(page, at, around)
    else {
      const read = numbered(reading, block++, at + 1)
      if ('kind' in read) edits.push(read)
      else refusals.push(read)
      around = { fence: around.fence, before: beforeOf(reading) }
    }
    at = reading?.next ?? at + 1
  }
  return { edits, refusals }
}

function readAt(page: Page, at: number, around: Around): Reading | undefined {
  for (const format of FORMATS) {
    const reading = format.read(page, at, around)
    if (reading) return reading
  }
  return undefined
}

/** Follows the fences that are not files: they only hold blocks, or prose. */
function stepped(page: Page, at: number, around: Around): Around {
  const line = page.lines[at] ?? ''
  if (!around.fence) return { ...around, fence: openedBy(line, at) }
  return closes(line, around.fence) ? { ...around, fence: undefined } : around
}

function numbered(reading: Reading, block: number, line: number): Edit | EditRefusal {
  if ('edit' in reading) return { ...reading.edit, block, line }
  return refuseEdit({ block, path: reading.path }, 'malformed', reading.fault)
}

function beforeOf(reading: Reading): Around['before'] {
  if (!('edit' in reading)) return undefined
  return { end: reading.next - 1, path: reading.edit.path, fence: reading.fence }
}

function ofAnswer(reason: 'too-large' | 'no-edits', says: string): EditRefusal {
  return refuseEdit({ block: 0, path: '' }, reason, says)
}
