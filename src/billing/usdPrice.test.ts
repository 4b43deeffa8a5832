import { expect, test } from 'vitest'
import { priceFromUsd, usdPrice } from './usdPrice.ts'

test('dollars per million tokens are millionths of a dollar a token, exactly', () => {
  expect(priceFromUsd({ input: '1.25', output: '10', cached: '0.125', image: '0.00048' })).toEqual({
    ok: true,
    value: {
      inputPicoUsd: 1_250_000n,
      cachedPicoUsd: 125_000n,
      cacheWrittenPicoUsd: 1_250_000n,
      outputPicoUsd: 10_000_000n,
      thinkingPicoUsd: 10_000_000n,
      imagePicoUsd: 480_000_000n,
      tiers: [],
    },
  })
})

test('what was said is shown again as it was said', () => {
  const price = priceFromUsd({ input: '0.000001', output: '75.5', cacheWrite: '0', thinking: '80' })
  expect(price.ok && usdPrice(price.value)).toMatchObject({
    inputUsdPerMillion: '0.000001',
    outputUsdPerMillion: '75.5',
    cacheWriteUsdPerMillion: '0',
    thinkingUsdPerMillion: '80',
    imageUsd: '0',
  })
})

test.each(['-1', 'NaN', '1e3', '0.0000001', '100000.1', '', '1,5', 'Infinity'])('"%s" is no price', text => {
  expect(priceFromUsd({ input: text, output: '1' })).toMatchObject({ ok: false, reason: 'amount' })
})

test('zero is a price', () => {
  expect(priceFromUsd({ input: '0', output: '0' })).toMatchObject({ ok: true, value: { inputPicoUsd: 0n } })
})
