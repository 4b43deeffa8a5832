import { spdxName } from './aliases.ts'
import { type Expression, type Leaf, parseExpression } from './expression.ts'

/** What a licence asks of whoever passes a program on. */
export type Licence = {
  /** As an SPDX expression where it is known; else in the package's own words, or `not stated`. */
  id: string
  kind: LicenceKind
}

/**
 * `permissive`: to be named; `weak`: changes to the package itself must be passed on under the same licence;
 * `copyleft`: all of a program that contains it must; `other`: known, but to be read; `unknown`: nothing is known.
 */
export type LicenceKind = 'permissive' | 'weak' | 'copyleft' | 'other' | 'unknown'

/** From what binds least to what binds most. */
const KINDS: readonly LicenceKind[] = ['permissive', 'weak', 'other', 'copyleft', 'unknown']

const SAID_CHARACTERS_MAX = 60

export function licenceOf(said: string | null): Licence {
  if (said === null || said.trim() === '') return { id: 'not stated', kind: 'unknown' }
  const expression = expressionOf(said)
  if (expression === null)
    return { id: said.trim().replace(/\s+/g, ' ').slice(0, SAID_CHARACTERS_MAX), kind: 'unknown' }
  return { id: written(expression), kind: kindOf(expression) }
}

/** Old packages divide alternatives by `/`, and write ordinary names between `OR`. */
function expressionOf(said: string): Expression | null {
  const named = said
    .replace(/^\(([^()]*)\)$/, '$1')
    .split(/ OR |\/(?=[A-Z])/)
    .map(spdxName)
  return (
    parseExpression(said) ??
    parseExpression(spdxName(said)) ??
    parseExpression([...new Set(named)].join(' OR '))
  )
}

/** Of alternatives the best may be chosen; of what holds together the strictest counts. */
function kindOf(expression: Expression): LicenceKind {
  if (!('conjunction' in expression)) return kindOfLeaf(expression)
  const ranks = [expression.left, expression.right].map(each => KINDS.indexOf(kindOf(each)))
  return KINDS[expression.conjunction === 'or' ? Math.min(...ranks) : Math.max(...ranks)] ?? 'unknown'
}

function kindOfLeaf({ license: id, exception }: Leaf): LicenceKind {
  if (id.startsWith('LicenseRef-') || id.startsWith('DocumentRef-')) return 'unknown'
  if (/^A?GPL-|^SSPL-|^OSL-|^EUPL-|^CC-BY-SA-|^QPL-|^Sleepycat/.test(id))
    return exception === undefined ? 'copyleft' : 'weak'
  if (/^LGPL-|^MPL-|^EPL-|^CDDL-|^CPL-|^MS-RL|^APSL-/.test(id)) return 'weak'
  return PERMISSIVE.test(id) ? 'permissive' : 'other'
}

const PERMISSIVE =
  /^(?:MIT(?:-\w+)?|ISC|Apache-\d.*|BSD-\d.*|0BSD|Unlicense|CC0-1\.0|CC-BY-\d\.\d|Zlib|zlib-acknowledgement|Python-2\.0.*|PSF-2\.0|CNRI-Python|BlueOak-1\.0\.0|BSL-1\.0|WTFPL|Unicode-.*|OpenSSL|curl|NCSA|X11.*|HPND.*|PostgreSQL|W3C.*|AFL-\d.*|Artistic-2\.0|Ruby|PHP-3.*|ZPL-\d.*|NTP|UPL-1\.0|ICU|libpng-2\.0|Libpng|FTL|TCL|Vim|MulanPSL-2\.0|EDL-1\.0|FSFAP|Beerware|CDLA-Permissive-2\.0)$/

function written(expression: Expression): string {
  if ('conjunction' in expression) {
    const { left, conjunction, right } = expression
    return `${inner(left, conjunction)} ${conjunction.toUpperCase()} ${inner(right, conjunction)}`
  }
  const { license, plus, exception } = expression
  return `${license}${plus ? '+' : ''}${exception === undefined ? '' : ` WITH ${exception}`}`
}

function inner(expression: Expression, around: 'and' | 'or'): string {
  const isOther = 'conjunction' in expression && expression.conjunction !== around
  return isOther ? `(${written(expression)})` : written(expression)
}
