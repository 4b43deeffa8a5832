import { stripVTControlCharacters } from 'node:util'

/** The terminal: what is said goes to standard output; with `--json` only JSON does, a document or line each. */
export type Terminal = {
  json: boolean
  /** One line for people; nothing with `--json`. */
  say(line: string): void
  /** One JSON document on a line, only with `--json`. */
  emit(value: unknown): void
  /** The status line that is rewritten in place; only on a real terminal. */
  status(line: string): void
}

/** What a terminal has that does not say how wide it is. */
const COLUMNS = 80
const CLEAR_LINE = '\r\u001b[2K'

/** Where it is shown: standard output, unless somebody looks on. */
type Screen = { isTTY?: boolean; columns?: number; write(text: string): unknown }

export function openTerminal(json: boolean, out: Screen = process.stdout): Terminal {
  let status = ''
  const live = out.isTTY === true && !json
  const wipe = () => {
    if (status !== '') out.write(CLEAR_LINE)
  }
  const draw = () => {
    if (status !== '') out.write(status)
  }
  return {
    json,
    say: line => {
      if (json) return
      wipe()
      out.write(`${printable(line)}\n`)
      draw()
    },
    emit: value => {
      if (json) out.write(`${JSON.stringify(value)}\n`)
    },
    status: line => {
      if (!live) return
      wipe()
      status = fitted(line, out.columns)
      draw()
    },
  }
}

/** What is said may hold words of a model: nothing in it steers the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}

/** Some terminals say that they are 0 columns wide. */
function fitted(line: string, said: number | undefined): string {
  const columns = said || COLUMNS
  const plain = printable(line).replaceAll('\n', ' ')
  return plain.length < columns ? plain : `${plain.slice(0, Math.max(0, columns - 2))}…`
}

/** A table with aligned columns; the first row is its head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)))
  return rows
    .map(row =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
