import {
  array,
  assert,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check'
import { expect, test } from 'vitest'
import { applyAnswer, applyEdits } from './apply.ts'
import type { Edit } from './edit.ts'
import { explainRefusals } from './feedback.ts'
import { occurrences } from './occurrences.ts'
import { parseAnswer } from './parse.ts'

const RULES = { frozen: () => false }

/** Lines that steer the parser, mixed with others, so that random answers are near real ones. */
const answerLine = oneof(
  constantFrom(
    ...[
      '<<<<<<< SEARCH',
      '=======',
      '>>>>>>> REPLACE',
      '<<<<< SEARCH',
      '=====',
      '>>>>> REPLACE',
      '<<<<<<< DELETE',
    ],
    ...[
      '```',
      '```ts',
      '~~~',
      '````',
      '```ts src/a.ts',
      'src/a.ts',
      '`src/b.ts`',
      'File: src/c.ts',
      '../x.ts',
    ],
    ...['', '...', '// rest unchanged', 'one', 'two', '  one', 'function f() {'],
  ),
  string(),
)
const answers = array(answerLine, { maxLength: 40 }).map(lines => lines.join('\n'))
const files = array(constantFrom('one', 'two', '  one', '', 'function f() {', '...', '=======', 'three  '), {
  maxLength: 12,
})
const trees = record({ 'src/a.ts': files, 'src/b.ts': files }).map(
  tree =>
    new Map(Object.entries(tree).map(([path, lines]) => [path, lines.map(line => `${line}\n`).join('')])),
)

test('any text is parsed without an exception', () => {
  assert(
    property(oneof(string({ unit: 'binary' }), answers), answer => {
      const { edits, refusals } = parseAnswer(answer)
      expect(edits.length + refusals.length).toBeGreaterThan(0)
    }),
    { numRuns: 1_000 },
  )
})

test('an edit touches no path that the answer does not name, and a refusal changes nothing', () => {
  assert(
    property(trees, answers, (tree, answer) => {
      const before = new Map(tree)
      const named = new Set(parseAnswer(answer).edits.map(edit => edit.path))
      const outcome = applyAnswer(tree, answer, RULES)
      expect(tree).toEqual(before)
      if (outcome.ok) for (const { path } of outcome.changes) expect(named).toContain(path)
      else expect(explainRefusals(outcome.refusals)).not.toBe('')
      if (!outcome.ok) expect(outcome).not.toHaveProperty('changes')
    }),
    { numRuns: 2_000 },
  )
})

test('the same answer on the same tree has the same outcome', () => {
  assert(
    property(trees, answers, (tree, answer) => {
      expect(applyAnswer(tree, answer, RULES)).toEqual(applyAnswer(new Map(tree), answer, RULES))
    }),
  )
})

/** A text with a stretch of it, as first and last line. */
const stretches = array(oneof(constantFrom('', 'a', ' a', 'a ', '“a”', '"a"', '...'), string()), {
  minLength: 1,
  maxLength: 20,
})
  .map(lines => lines.map(line => line.replace(/[\r\n]/g, '')))
  .chain(lines =>
    tuple(
      constant(lines),
      integer({ min: 0, max: lines.length - 1 }),
      integer({ min: 1, max: lines.length }),
    ),
  )

test('text taken from a unique place in a file is found there, exactly', () => {
  assert(
    property(stretches, constantFrom('\n', '\r\n'), ([lines, from, length], end) => {
      const search = lines.slice(from, from + length)
      const isUnique = occurrences(lines, search).length === 1 && search.some(line => line.trim() !== '')
      if (!isUnique || (lines[0] ?? '').startsWith('\uFEFF')) return
      const content = lines.map(line => line + end).join('')
      const edit: Edit = {
        kind: 'replace',
        block: 1,
        path: 'a',
        line: 1,
        search: `${search.join('\n')}\n`,
        replace: 'NEW\n',
      }
      const after = lines
        .toSpliced(from, search.length, 'NEW')
        .map(line => line + end)
        .join('')
      expect(applyEdits(new Map([['a', content]]), [edit], RULES)).toEqual({
        ok: true,
        changes: after === content ? [] : [{ path: 'a', content: after }],
        applied: [{ block: 1, path: 'a', rule: 'exact', line: from + 1 }],
      })
    }),
    { numRuns: 1_000 },
  )
})

test('occurrences are those that a plain search finds', () => {
  const letters = array(constantFrom('a', 'b'), { maxLength: 12 })
  assert(
    property(letters, letters, (items, pattern) => {
      const plain = items
        .map((_, at) => at)
        .filter(at => pattern.every((line, by) => items[at + by] === line))
      expect(occurrences(items, pattern).filter(at => at < items.length)).toEqual(plain)
    }),
    { numRuns: 1_000 },
  )
})
