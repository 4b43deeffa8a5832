import { MAX_READ_LINE_CHARS } from './limits.ts'

/**
 * The names that a source text declares, in any of the usual languages: enough to see that a file lost most of them,
 * not enough to understand it. One pass over the lines, none of them longer than a bound.
 */
export function symbolsIn(content: string): Set<string> {
  const names = new Set<string>()
  for (const line of content.split('\n')) {
    const name = line.length > MAX_READ_LINE_CHARS ? undefined : declared(line.trim())
    if (name) names.add(name)
  }
  return names
}

/** What a declaration may begin with, whatever the language. */
const MODIFIERS = new Set(
  'export default async pub public private protected internal static final abstract override readonly declare unsafe inline virtual sealed open data suspend extern local partial'.split(
    ' ',
  ),
)

const KEYWORDS = new Set(
  'function function* class interface type enum struct trait impl fn func def fun module namespace object record protocol extension const let var val sub proc macro mod actor union'.split(
    ' ',
  ),
)

/** Words before a bracket that declare nothing. */
const STATEMENTS = new Set(
  'if for while switch catch return else do try with match when until unless elif foreach synchronized using lock await new'.split(
    ' ',
  ),
)

function declared(line: string): string | undefined {
  const words = line.split(/\s+/, 8)
  const first = words.findIndex(word => !MODIFIERS.has(word))
  const keyword = words[first]
  if (keyword !== undefined && KEYWORDS.has(keyword)) return afterKeyword(line, keyword)
  return keyword !== undefined && STATEMENTS.has(keyword) ? undefined : beforeBracket(line)
}

/** `func (r *Ring) Push(` declares Push; `class Ring {` declares Ring. */
function afterKeyword(line: string, keyword: string): string | undefined {
  const rest = line.slice(line.indexOf(keyword) + keyword.length).trimStart()
  const named = rest.startsWith('(') ? rest.slice(rest.indexOf(')') + 1).trimStart() : rest
  return /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(named)?.[0]
}

/** `int area(Shape s) {` and `area() {` declare area; a call that takes a closure does not. */
function beforeBracket(line: string): string | undefined {
  const bracket = line.indexOf('(')
  if (bracket < 1 || !line.endsWith('{') || line.includes('=>') || line.includes('function')) return undefined
  const name = /[\p{L}_$][\p{L}\p{N}_$]{0,99}$/u.exec(line.slice(Math.max(0, bracket - 100), bracket))?.[0]
  return name !== undefined && STATEMENTS.has(name) ? undefined : name
}
