import { expect, test } from 'vitest'
import type { EditRefusal } from './edit.ts'
import { explainRefusals, summariseRefusals } from './feedback.ts'
import { MAX_EXPLAINED, MAX_EXPLANATION_CHARS } from './limits.ts'

const REFUSAL: EditRefusal = { block: 2, path: 'src/a.ts', reason: 'no-match', says: 'Not there.' }

test('a refusal names its block, its file, its reason and the nearest text with line numbers', () => {
  const text = explainRefusals([{ ...REFUSAL, nearest: { line: 9, text: 'one\ntwo' } }])
  expect(text).toContain('Block 2, src/a.ts (no-match): Not there.')
  expect(text).toContain(' 9 | one\n10 | two')
  expect(text).toMatch(/^None of your edits was applied/)
})

test('a refusal of the whole answer names no block', () => {
  expect(explainRefusals([{ ...REFUSAL, block: 0, path: '' }])).toContain('The answer (no-match): Not there.')
})

test('many refusals are counted, not all told', () => {
  const text = explainRefusals(Array(MAX_EXPLAINED + 5).fill(REFUSAL))
  expect(text.match(/Block 2/g)).toHaveLength(MAX_EXPLAINED)
  expect(text).toContain('5 more were refused.')
})

test('the text is bounded, and loses the nearest texts first', () => {
  const large = { ...REFUSAL, nearest: { line: 1, text: 'x'.repeat(MAX_EXPLANATION_CHARS) } }
  const text = explainRefusals([large, REFUSAL])
  expect(text.length).toBeLessThanOrEqual(MAX_EXPLANATION_CHARS)
  expect(text.match(/Block 2/g)).toHaveLength(2)
})

test('people read one line: whose edits, where, and what is wrong, without orders to the model', () => {
  const says = 'The text is not in the file. Copy it exactly, then send all blocks again.'
  const refusal = { ...REFUSAL, says }
  expect(summariseRefusals([refusal])).toBe(
    'None of its edits could be applied: src/a.ts: The text is not in the file.',
  )
  expect(summariseRefusals([refusal, REFUSAL, REFUSAL])).toMatch(/not in the file\. \(and 2 more\)$/)
  expect(summariseRefusals([{ ...refusal, path: '' }])).toContain('applied: Block 2: The text')
  expect(summariseRefusals([{ ...refusal, block: 0, path: '' }])).toContain('applied: The text')
  expect(summariseRefusals([{ ...refusal, says: 'x'.repeat(99_999) }]).length).toBeLessThan(500)
})
