import { expect, test } from 'vitest'
import { theLifeIsDrawn } from './drawing.ts'

const document = (text: string) => [{ path: 'docs/ARCHITECTURE.md', text }]
const rule = theLifeIsDrawn('stateDiagram-v2\n  a --> b')

test('the drawing of the table is right', () => {
  const text = '# A\n<!-- life -->\n```mermaid\nstateDiagram-v2\n  a --> b\n```\n<!-- /life -->\n'
  expect(rule(document(text))).toEqual([])
})

test.each([
  ['an old drawing', '<!-- life -->\n```mermaid\nstateDiagram-v2\n  a --> c\n```\n<!-- /life -->'],
  [
    'a drawing with more',
    '<!-- life -->\n```mermaid\nstateDiagram-v2\n  a --> b\n  b --> c\n```\n<!-- /life -->',
  ],
  ['no drawing', '# A'],
])('%s is reported', (_, text) => {
  expect(rule(document(text))).toHaveLength(1)
})

test('a missing document is reported', () => {
  expect(rule([])).toEqual(['docs/ARCHITECTURE.md is missing.'])
})
