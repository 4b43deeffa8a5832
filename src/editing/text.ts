/** A text as lines, so that edits touch lines and leave byte-order mark and line ends as they were. */
export type Text = {
  /** The byte-order mark, or nothing. */
  mark: string
  /** Without their ends. */
  lines: readonly string[]
  /** The end of each line: `\n`, `\r\n`, or nothing for a last line that is not ended. */
  ends: readonly string[]
}

/** Lines `from` up to (not including) `to`, counted from 0, become `lines`. */
export type Place = { from: number; to: number; lines: readonly string[] }

const BYTE_ORDER_MARK = '\uFEFF'

export function readText(content: string): Text {
  const mark = content.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
  const raw = content.slice(mark.length).split('\n')
  const last = raw.pop() ?? ''
  const ends = raw.map(line => (line.endsWith('\r') ? '\r\n' : '\n'))
  const lines = raw.map((line, at) => (ends[at] === '\r\n' ? line.slice(0, -1) : line))
  return last === '' ? { mark, lines, ends } : { mark, lines: [...lines, last], ends: [...ends, ''] }
}

export function writeText(text: Text): string {
  return text.mark + text.lines.map((line, at) => line + (text.ends[at] ?? '')).join('')
}

/** Replaces one place; a file with CRLF gets CRLF, and a last line without an end stays without. */
export function replacePlace(text: Text, place: Place): Text {
  const { from, to, lines } = narrowed(text, place)
  const end = lineEndOf(text)
  const ends = [...text.ends.slice(0, from), ...lines.map(() => end), ...text.ends.slice(to)]
  const all = [...text.lines.slice(0, from), ...lines, ...text.lines.slice(to)]
  const closed = ends.map(one => (one === '' ? end : one))
  const wasOpen = text.ends.at(-1) === ''
  return { mark: text.mark, lines: all, ends: wasOpen ? opened(closed) : closed }
}

/** The end that most lines of a text have. */
export function lineEndOf(text: Text): '\n' | '\r\n' {
  const crlf = text.ends.filter(end => end === '\r\n').length
  return crlf * 2 > text.ends.length ? '\r\n' : '\n'
}

/** The lines of a block's half, which are each ended by `\n`. */
export function linesOf(half: string): string[] {
  return half === '' ? [] : half.replace(/\r?\n$/, '').split(/\r?\n/)
}

/** The other way round. */
export function halfOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

export function isBlank(line: string): boolean {
  return line.trim() === ''
}

/** Lines at the edges that stay as they are are left alone, so that a file of mixed line ends keeps them. */
function narrowed(text: Text, place: Place): Place {
  let { from, to } = place
  let head = 0
  let tail = place.lines.length
  while (from < to && head < tail && text.lines[from] === place.lines[head]) {
    from++
    head++
  }
  while (from < to && head < tail && text.lines[to - 1] === place.lines[tail - 1]) {
    to--
    tail--
  }
  return { from, to, lines: place.lines.slice(head, tail) }
}

function opened(ends: readonly string[]): string[] {
  return ends.length === 0 ? [] : [...ends.slice(0, -1), '']
}
