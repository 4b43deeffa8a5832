import { describe, expect, test } from 'vitest'
import { openrouterError, startOpenRouter } from '../../../tests/fakes/chat.ts'
import { asking, patience } from '../../../tests/fakes/request.ts'
import { json, type Manner, type Reply } from '../../../tests/fakes/server.ts'
import { openrouterModel } from './openrouter.ts'

const KNOWN = { key: 'sk-or-secret', model: 'deepseek/deepseek-v4-pro' }
const replied = (reply: Reply): Manner => ({ kind: 'reply', reply })
/** As documented at openrouter.ai/docs/api-reference/get-a-generation, as far as it is read. */
const generation = (total_cost: unknown, also: object = {}) =>
  json(200, { data: { id: 'gen-1', total_cost, cancelled: true, ...also } })

async function lookedUp(manner: Manner, signal = patience()) {
  await using fake = await startOpenRouter(KNOWN)
  fake.behave(manner)
  const model = openrouterModel({ baseUrl: fake.origin, id: KNOWN.model })
  const cost = await model.costOf?.('gen-1/x', asking({ apiKey: KNOWN.key, signal }))
  return { cost, paths: fake.received.map(({ path }) => path) }
}

describe('the cost of a generation whose answer never came', () => {
  test('is looked up by its id', async () => {
    const { cost, paths } = await lookedUp(replied(generation(0.0014)))
    expect(cost).toBe(1_400_000_000n)
    expect(paths).toEqual(['/api/v1/generation?id=gen-1%2Fx'])
  })

  test('is nothing when OpenRouter does not know it', async () => {
    expect((await lookedUp(replied(openrouterError(404, 'Generation not found')))).cost).toBe(0n)
    expect((await lookedUp(replied({ status: 404, body: 'Not found' }))).cost).toBe(0n)
  })

  test('has the bill of an own key upstream in it', async () => {
    const own = { is_byok: true, upstream_inference_cost: 0.002 }
    expect((await lookedUp(replied(generation(0.0001, own)))).cost).toBe(2_100_000_000n)
  })

  const unanswered: [string, Manner][] = [
    ['OpenRouter is out of order', replied(json(500, { data: { total_cost: 1 } }))],
    ['the key is wrong', replied(openrouterError(401, 'No auth'))],
    ['it names no number', replied(generation('a lot'))],
    ['nobody names the bill upstream', replied(generation(0.0001, { is_byok: true }))],
    ['the answer is no JSON', replied({ status: 200, body: '<html>' })],
    ['the connection breaks', { kind: 'break-off' }],
  ]
  test.each(unanswered)('stays unknown when %s', async (_, manner) => {
    expect((await lookedUp(manner)).cost).toBeUndefined()
  })

  test('stays unknown when nobody answers in time', async () => {
    expect((await lookedUp({ kind: 'hang' }, AbortSignal.timeout(50))).cost).toBeUndefined()
  })
})
