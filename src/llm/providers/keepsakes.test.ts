import { describe, expect, test } from 'vitest'
import { chatAnswer } from '../../../tests/fakes/chat.ts'
import { googleAnswer } from '../../../tests/fakes/google.ts'
import { aRequest } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG } from '../../../tests/fakes/rig.ts'
import type { ToolCall, Turn } from '../model.ts'
import { openKeepsakes } from './keepsakes.ts'

const LIST = { name: 'list', description: 'Lists files.', schema: { type: 'object', properties: {} } }
/** What `googleAnswer` signs its calls with. */
const SIGNATURE = 'c2lnbmVk'
const SEALED = 'c2VhbGVk'

const cases = [
  {
    provider: 'google',
    calling: googleAnswer({
      calls: [{ name: 'list', args: {} }],
      usage: { promptTokenCount: 1, totalTokenCount: 1 },
    }),
    keepsake: SIGNATURE,
  },
  {
    provider: 'openrouter',
    calling: chatAnswer({
      sealed: SEALED,
      calls: [{ id: 'tool_0_list', name: 'list', arguments: '{}' }],
      finishReason: 'tool_calls',
    }),
    keepsake: SEALED,
  },
] as const

describe.each(cases)('the thoughts behind a call at $provider', ({ provider, calling, keepsake }) => {
  /** Asks for a call after the one beginning and sends its result after the other. */
  async function sentBack(beginning: string, beginningAfter: string) {
    await using fake = await RIG[provider].start()
    const model = RIG[provider].model(fake.origin)
    fake.behave({ kind: 'reply', reply: calling })
    const first = await model.answer(asked([user(beginning)]), askingKeyed())
    const [call] = (first.ok && first.answer.toolCalls) || []
    if (!call) throw new Error('no tool was called')
    fake.behave({ kind: 'reply', reply: RIG[provider].answer('Done.') })
    const second = await model.answer(asked([user(beginningAfter), ...resultOf(call)]), askingKeyed())
    expect(second).toMatchObject({ ok: true, answer: { text: 'Done.' } })
    return JSON.stringify(fake.received[1]?.body)
  }

  test('go back with it', async () => {
    expect(await sentBack('Tidy up.', 'Tidy up.')).toContain(keepsake)
  })

  test('go to no other conversation, even for a call of the same name', async () => {
    expect(await sentBack('Tidy up.', 'Look around.')).not.toContain(keepsake)
  })
})

test('the latest 500 are kept', () => {
  const keepsakes = openKeepsakes()
  const { keep } = keepsakes(asked([user('Tidy up.')]))
  for (let call = 0; call <= 500; call++) keep(`call-${call}`, { google: { thoughtSignature: `${call}` } })
  const later = keepsakes(asked([user('Tidy up.'), { role: 'assistant', text: '' }]))
  expect(later.of(1, 'call-0')).toBeUndefined()
  expect(later.of(1, 'call-1')).toEqual({ google: { thoughtSignature: '1' } })
  expect(later.of(1, 'call-500')).toBeDefined()
})

function asked(turns: readonly Turn[]) {
  return aRequest({ turns, tools: [LIST] })
}

function user(text: string): Turn {
  return { role: 'user', text }
}

function resultOf(call: ToolCall): Turn[] {
  return [
    { role: 'assistant', text: '', toolCalls: [call] },
    { role: 'tool', callId: call.id, name: call.name, text: 'a.ts' },
  ]
}
