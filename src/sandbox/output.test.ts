import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepOutput, lastPart } from './output.ts'

const chunks = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 30 }), { maxLength: 20 })

test('what fits is kept exactly, however it was cut into chunks', () => {
  fc.assert(
    fc.property(chunks, parts => {
      const whole = parts.join('')
      const kept = keepOutput(Math.max(2, whole.length + (whole.length % 2)))
      for (const part of parts) kept.add(Buffer.from(part))
      expect(kept.text()).toBe(whole)
      expect(kept.truncated()).toBe(false)
    }),
  )
})

test('of what does not fit, the beginning, the end and the number between are told', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 20 }), (parts, half) => {
      const whole = parts.join('')
      fc.pre(whole.length > half * 2)
      const kept = keepOutput(half * 2)
      for (const part of parts) kept.add(Buffer.from(part))
      const out = whole.length - half * 2
      expect(kept.text()).toBe(`${whole.slice(0, half)}\n… ${out} bytes left out …\n${whole.slice(-half)}`)
      expect(kept.seenBytes()).toBe(whole.length)
      expect(kept.truncated()).toBe(true)
    }),
  )
})

test('the last part of a long text says that it was cut', () => {
  expect(lastPart('abcdef', 6)).toBe('abcdef')
  expect(lastPart('abcdef', 2)).toBe('…ef')
})

test('what no database keeps is shown as what it is: no text', () => {
  const kept = keepOutput(100)
  kept.add(Uint8Array.from([0x61, 0x00, 0xff, 0x62]))
  expect(kept.text()).toBe('a\ufffd\ufffdb')
  expect(lastPart('abc👍', 1)).toBe('…\ufffd')
})
