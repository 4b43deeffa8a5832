import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, parse } from '../src/index.js'

const LENGTHS = [0, 1, 999, 1_000, 59_999, 60_000, 3_599_999, 86_399_999, 93_784_005, 1e12 + 7, Number.MAX_SAFE_INTEGER]

for (const style of ['short', 'long', 'iso']) {
  test(`what is written ${style} is read back as the same`, () => {
    for (const ms of LENGTHS) {
      for (const signed of ms === 0 ? [0] : [ms, -ms]) {
        const text = format(signed, { style })
        assert.equal(typeof text, 'string')
        assert.equal(parse(text), signed, text)
      }
    }
  })
}
