import { done, type Result, refuse } from '../../failure.ts'

const CHARACTERS_MAX = 1000
/** Go escapes `!` and npm `@`; these mean the same with and without their escape, in every registry. */
const HARMLESS = /^[\w.~!+@-]$/
const ESCAPE = /%([\da-f]{2})/gi
const SEGMENT = /^[\w~!+@-][\w.~!+@-]*$/

/**
 * The path of a request target, in the one form that the tables read: without its query, with harmless escapes undone,
 * no segment empty or beginning with a dot, and `%2f` as the only escape. It ends with `/` when the target's did.
 */
export function readPath(target: string): Result<string, 'path'> {
  if (target.length > CHARACTERS_MAX) return refuse('path', `longer than ${CHARACTERS_MAX} characters`)
  const [written = ''] = target.split('?', 1)
  if (!written.startsWith('/')) return refuse('path', 'not a path: whole addresses are not forwarded')
  const path = written.replace(ESCAPE, unescapeHarmless)
  const segments = path
    .slice(1)
    .replace(/\/$/, '')
    .split(/\/|%2f/)
  if (!segments.every(segment => SEGMENT.test(segment))) return refuse('path', 'not the path of a package')
  return done(path)
}

function unescapeHarmless(written: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16))
  return HARMLESS.test(character) ? character : written.toLowerCase()
}
