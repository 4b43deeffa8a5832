import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultFor } from '../result.js'

const typed = { amount: '48.60', tip: '10', people: '2' }

test('a point and a comma mean the same', () => {
  const results = ['48.60', '48,60', '48.6', '48,6'].map(amount => resultFor({ ...typed, amount })?.total)
  assert.deepEqual(results, ['53.46', '53.46', '53.46', '53.46'])
})

test('what cannot be read brings a sentence and no result', () => {
  const wrong = [{ amount: 'abc' }, { amount: '-1' }, { amount: '1e5' }, { tip: 'ten' }, { people: '0' }, { people: '' }]
  for (const each of wrong) {
    const result = resultFor({ ...typed, ...each })
    assert.equal(result?.state, 'problem', JSON.stringify(each))
    assert.match(result.says, /^[A-Z].+\.$/)
    assert.equal(result.total, undefined)
  }
})

test('an empty amount is no mistake', () => {
  assert.equal(resultFor({ ...typed, amount: '' })?.state, 'empty')
})
