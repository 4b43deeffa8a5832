import { section } from './section.ts'

/** A piece of a file as it is now; lines count from 1, both ends included. */
export type Excerpt = { path: string; fromLine: number; toLine: number; text: string }

/** A file name list longer than this says little: 400 paths of 50 characters. */
const FILES_CHARACTERS_MAX = 20_000

/** A line of an excerpt's heading and marks, beside its text. */
const HEADING_CHARACTERS_MAX = 300

const PATH_CHARACTERS_MAX = 200

/** Below this much room a piece of code explains nothing and is left out. */
const PIECE_CHARACTERS_MIN = 200

/** The paths of the tree as a section. */
export function fileList(files: readonly string[]): string {
  return section('Files of the project', files.join('\n') || '(none yet)', FILES_CHARACTERS_MAX)
}

/** Excerpts in the order given, best first, until `charactersMax` is used; what did not fit is counted at the end. */
export function excerptSections(excerpts: readonly Excerpt[], charactersMax: number): string {
  const pieces: string[] = []
  let room = charactersMax
  for (const excerpt of excerpts) {
    if (room < PIECE_CHARACTERS_MIN + HEADING_CHARACTERS_MAX) break
    const piece = section(heading(excerpt), excerpt.text, room - HEADING_CHARACTERS_MAX)
    pieces.push(piece)
    room -= piece.length
  }
  const leftOut = excerpts.length - pieces.length
  if (leftOut > 0) pieces.push(`(${leftOut} more excerpts did not fit)`)
  return pieces.join('\n\n') || 'Code: (none yet)'
}

function heading({ path, fromLine, toLine }: Excerpt): string {
  return `File ${path.slice(0, PATH_CHARACTERS_MAX)}, lines ${fromLine} to ${toLine}`
}
