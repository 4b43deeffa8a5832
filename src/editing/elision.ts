import { MAX_READ_LINE_CHARS } from './limits.ts'

/**
 * The elision guard: "… rest unchanged" must never gut a file. A line that stands for code that was left out may come
 * only in pairs, the same before and after; alone, in a text that removes code, it is refused.
 */
export function elidedLine(
  before: readonly string[],
  after: readonly string[],
  path: string,
): string | undefined {
  const elided = withoutThose(after, before).filter(line => elisionOn(line) !== undefined)
  if (elided.length === 0 || !loses(before, after, false)) return undefined
  const dotsLose = !dotsAreCode(path) || loses(before, after, true)
  return elided.find(line => dotsLose || elisionOn(line) === 'words')
}

/** A line that says that something was left out, in a file that did not exist before. */
export function elidedInNew(lines: readonly string[]): string | undefined {
  return lines.find(line => elisionOn(line) === 'words')
}

/**
 * What a line leaves out, if it does: `dots` is a bare `...`, also in a comment; `words` is "rest unchanged",
 * "... existing code ..." and the like.
 */
export function elisionOn(line: string): 'dots' | 'words' | undefined {
  if (line.length > MAX_READ_LINE_CHARS) return undefined
  const remark = withoutComment(line.trim())
  if (/^[[(<]?(?:\.{3,6}|…)[\])>]?$/.test(remark)) return 'dots'
  const words = withoutDots(remark)
  if (words === '' || words.length > MAX_ELISION_CHARS) return undefined
  // A space after the dots, or a comment sign before: `...existing` alone is a spread.
  const dotted = /^(?:\.{3,6}|…)\s/.test(remark) || (remark !== line.trim() && /^(?:\.{3,6}|…)/.test(remark))
  return (dotted ? DOTTED : UNDOTTED).some(phrase => phrase.test(words)) ? 'words' : undefined
}

/** Longer remarks explain something; they do not stand for code. */
const MAX_ELISION_CHARS = 80

/** Comment signs: what opens and what closes. */
const COMMENTS = [
  ['{/*', '*/}'],
  ['<!--', '-->'],
  ['/*', '*/'],
  ['(*', '*)'],
  ['//', ''],
  ['--', ''],
  ['* ', ''],
  ['#', ''],
  [';', ''],
  ['%', ''],
] as const

/** Said after dots, as in "// ... existing code ...": a word is enough. */
const DOTTED = [
  /\b(?:rest|remainder|remaining|existing|unchanged|previous|omitted|elided|original)\b/i,
  /\bsame (?:as|code|content)\b/i,
  /\bas before\b/i,
  /^(?:all )?(?:the )?other \w+(?: \w+)?$/i,
]

const PARTS =
  '(?:code|contents?|file|class|functions?|methods?|modules?|components?|imports?|logic|implementations?)'
const KEPT =
  '(?:unchanged|unmodified|omitted|here|goes here|as is|as before|above|below|the same|remains unchanged|remains the same|stays the same)'

/** Said without dots before it: the whole remark must be the phrase, or every comment would be suspect. */
const UNDOTTED = [
  /^(?:the )?(?:rest|remainder)(?: of [\w ]{1,40})? (?:is |are |stays? |remains? )?(?:unchanged|unmodified|omitted|the same|as before|as is|here)$/i,
  new RegExp(`^(?:the )?(?:rest|remainder) of (?:the |this |your )?(?:existing )?${PARTS}$`, 'i'),
  new RegExp(
    `^(?:keep |the |all |your ){0,3}(?:existing|previous|unchanged|original|remaining|other) ${PARTS}(?: ${KEPT})?$`,
    'i',
  ),
  /^(?:unchanged|same as before|no changes? here|code (?:unchanged|omitted)|omitted for brevity)$/i,
]

function withoutComment(line: string): string {
  const sign = COMMENTS.find(([open, close]) => line.startsWith(open) && line.endsWith(close))
  if (!sign) return line
  const [open, close] = sign
  return line.slice(open.length, Math.max(open.length, line.length - close.length)).trim()
}

/** Drops dots, dashes and brackets around a remark. */
function withoutDots(remark: string): string {
  let from = 0
  let to = remark.length
  while (from < to && '.…[(<- '.includes(remark.charAt(from))) from++
  while (from < to && '.…])>- '.includes(remark.charAt(to - 1))) to--
  return remark.slice(from, to)
}

/** In Python `...` is also a statement: a body that says nothing. */
function dotsAreCode(path: string): boolean {
  return path.endsWith('.py') || path.endsWith('.pyi')
}

/** Whether code goes: any line of it, or, where dots are code themselves, more lines than come. */
function loses(before: readonly string[], after: readonly string[], weighed: boolean): boolean {
  const gone = withoutThose(before, after).filter(isCode).length
  const come = weighed ? withoutThose(after, before).filter(isCode).length : 0
  return gone > come
}

function isCode(line: string): boolean {
  const bare = line.trim()
  return (
    bare !== '' &&
    elisionOn(bare) === undefined &&
    !/^(?:pass$|raise NotImplementedError|# |\/\/|\* |<!--)/.test(bare)
  )
}

/** The lines of `some` that are not among `others`, each counted as often as it stands there. */
function withoutThose(some: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line.trim(), (left.get(line.trim()) ?? 0) + 1)
  return some.filter(line => {
    const count = left.get(line.trim()) ?? 0
    left.set(line.trim(), count - 1)
    return count <= 0
  })
}
