import { expect, test } from 'vitest'
import { openMetrics } from './metrics.ts'

const CALL = {
  provider: 'google',
  model: 'gemini',
  role: 'architect',
  outcome: 'answered',
  latencyMs: 1_500,
  firstTokenMs: 300,
  tokens: { input: 100, cached: 25, cacheWritten: 0, output: 10, thinking: 4 },
}

test('calls, tokens, the share from the cache and both latencies are told by model', async () => {
  const metrics = openMetrics()
  metrics.called(CALL)
  metrics.called({ ...CALL, tokens: { ...CALL.tokens, cached: 75 } })
  metrics.called({ ...CALL, outcome: 'overloaded', firstTokenMs: null, tokens: NOTHING })
  const text = await metrics.text()
  const model = 'provider="google",model="gemini"'
  for (const line of [
    `botwright_model_calls_total{${model},role="architect",outcome="answered"} 2`,
    `botwright_model_calls_total{${model},role="architect",outcome="overloaded"} 1`,
    `botwright_model_tokens_total{${model},kind="cached"} 100`,
    `botwright_model_cached_token_share{${model}} 0.5`,
    `botwright_model_call_seconds_bucket{le="2.5",${model}} 2`,
    `botwright_model_first_token_seconds_count{${model}} 2`,
  ])
    expect(text).toContain(`${line}\n`)
})

const NOTHING = { input: 0, cached: 0, cacheWritten: 0, output: 0, thinking: 0 }
