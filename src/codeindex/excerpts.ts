/** Lines of a file, counted from 1, both ends included. */
export type Excerpt = { path: string; fromLine: number; toLine: number; text: string }

/** Gathers lines of files up to a number of characters; no line twice, lines that touch become one excerpt. */
export class Excerpts {
  readonly #linesOf = new Map<string, Map<number, string>>()
  #charsLeft: number

  constructor(charsMax: number) {
    this.#charsLeft = charsMax
  }

  /** Adds all of these lines that are not there yet, or, when they do not fit, none. */
  addWhole(path: string, fromLine: number, lines: readonly string[]): void {
    const fresh = this.#fresh(path, fromLine, lines)
    if (costOf(fresh) <= this.#charsLeft) this.#add(path, fresh)
  }

  /** Adds these lines as far as they fit. */
  addBeginning(path: string, fromLine: number, lines: readonly string[]): void {
    const fresh = this.#fresh(path, fromLine, lines)
    let left = this.#charsLeft
    const firstOver = fresh.findIndex(([, text]) => {
      left -= text.length + LINE_END
      return left < 0
    })
    this.#add(path, firstOver < 0 ? fresh : fresh.slice(0, firstOver))
  }

  /** The excerpts, files in the order in which they came, lines in theirs. */
  all(): Excerpt[] {
    return [...this.#linesOf].flatMap(([path, lines]) =>
      merged(
        path,
        [...lines].sort(([one], [other]) => one - other),
      ),
    )
  }

  #fresh(path: string, fromLine: number, lines: readonly string[]): NumberedLine[] {
    const known = this.#linesOf.get(path)
    return lines
      .map((text, index): NumberedLine => [fromLine + index, text])
      .filter(([line]) => !known?.has(line))
  }

  #add(path: string, fresh: readonly NumberedLine[]): void {
    if (fresh.length === 0) return
    const lines = this.#linesOf.get(path) ?? new Map<number, string>()
    for (const [line, text] of fresh) lines.set(line, text)
    this.#linesOf.set(path, lines)
    this.#charsLeft -= costOf(fresh)
  }
}

type NumberedLine = readonly [line: number, text: string]

const LINE_END = 1

function costOf(lines: readonly NumberedLine[]): number {
  return lines.reduce((sum, [, text]) => sum + text.length + LINE_END, 0)
}

function merged(path: string, lines: readonly NumberedLine[]): Excerpt[] {
  const excerpts: Excerpt[] = []
  for (const [line, text] of lines) {
    const last = excerpts.at(-1)
    if (last?.toLine === line - 1) {
      last.toLine = line
      last.text += `\n${text}`
    } else excerpts.push({ path, fromLine: line, toLine: line, text })
  }
  return excerpts
}
