import { isBlank } from './text.ts'

/** How a line is spelled for comparing. The functions themselves are keys of what is remembered. */
export type Spelling = (line: string) => string

/**
 * The lines of a file, ready to be searched many times: each spelling is worked out once. Without that, an answer of
 * hundreds of blocks that miss cost 20 seconds on a file of a megabyte.
 */
export class Haystack {
  readonly lines: readonly string[]
  readonly #spelled = new Map<Spelling, readonly string[]>()
  readonly #shapes = new Map<Spelling, readonly string[]>()

  constructor(lines: readonly string[]) {
    this.lines = lines
  }

  spelled(spelling: Spelling): readonly string[] {
    const known = this.#spelled.get(spelling) ?? this.lines.map(spelling)
    this.#spelled.set(spelling, known)
    return known
  }

  /** The shapes of the spelled lines. */
  shape(spelling: Spelling): readonly string[] {
    const known = this.#shapes.get(spelling) ?? shapesOf(this.spelled(spelling))
    this.#shapes.set(spelling, known)
    return known
  }
}

export const asWritten: Spelling = line => line

export const withoutTrailingSpace: Spelling = line => line.trimEnd()

/** Plain characters in place of those that models and editors exchange for them. */
export const withPlainCharacters: Spelling = line =>
  LOOK_ALIKES.reduce((folded, [from, to]) => folded.replace(from, to), line)

const LOOK_ALIKES = [
  [/[\u2018\u2019\u201A\u201B\u2032\u00B4\uFF07]/g, "'"],
  [/[\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB\uFF02]/g, '"'],
  [/[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g, '-'],
  [/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' '],
] as const

/**
 * Each line as its text and what is left of its indentation, and of that of the written line before, after the part
 * that both share. Lines keep this shape when all are shifted alike, and only then; blank lines are all of one shape.
 */
export function shapesOf(lines: readonly string[]): string[] {
  let before = ''
  return lines.map(line => {
    if (isBlank(line)) return ''
    const indent = indentOf(line)
    const shared = sharedLength(before, indent)
    const shape = `${before.slice(shared)}|${indent.slice(shared)}|${line.trim()}`
    before = indent
    return shape
  })
}

export function indentOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length)
}

function sharedLength(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}
