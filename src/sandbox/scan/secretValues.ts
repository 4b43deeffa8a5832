/** The secrets of a project themselves, in any form in which they could slip into a file. */

/** A shorter value, or a plain word, is found everywhere by chance: `production` is no secret that could be looked for. */
const CHARACTERS_MIN = 8
const WORD = /^[a-z]{1,11}$/i

/** Byte strings of which none may be in a delivery. */
export function tracesOf(secretValues: readonly string[]): Buffer[] {
  const values = [...new Set(secretValues)].filter(
    value => value.length >= CHARACTERS_MIN && !WORD.test(value),
  )
  return values.flatMap(value => [...new Set(formsOf(value))]).map(form => Buffer.from(form))
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const hex = bytes.toString('hex')
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap(offset => base64At(bytes, offset)),
  ]
}

/** In base64 a text looks otherwise by where it begins; the characters that hold bits of its neighbours are left out. */
function base64At(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const inner = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
}

/** The line, from 1, of the first trace in a file; null where there is none. */
export function lineOfTrace(content: Buffer, traces: readonly Buffer[]): number | null {
  const found = traces.map(trace => content.indexOf(trace)).filter(at => at >= 0)
  if (found.length === 0) return null
  return content
    .subarray(0, Math.min(...found))
    .toString('latin1')
    .split('\n').length
}
