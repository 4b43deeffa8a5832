import { expect, test } from 'vitest'
import { spansOf } from './spans.ts'

const shown = (text: string) => spansOf(text).map(span => (span.code ? `[${span.text}]` : span.text))

test('what stands between backticks is code', () => {
  expect(shown('Run `tally add` and `tally list`.')).toEqual([
    'Run ',
    '[tally add]',
    ' and ',
    '[tally list]',
    '.',
  ])
  expect(shown('`all`')).toEqual(['[all]'])
})

test('other backticks are text', () => {
  for (const text of ['one ` alone', 'open `over\nthe line` end', '```js', 'plain', '``'])
    expect(shown(text)).toEqual([text])
  expect(shown('')).toEqual([])
})
