import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ModelRequest } from '../llm/model.ts'
import { ask, type Call, type Prompt } from './prompt.ts'

const colour: Prompt<{ of: string }, { colour: string }> = {
  kind: 'questions',
  role: 'architect',
  outputTokensMax: 100,
  system: 'Name colours.',
  write: ({ of }) => `Which colour is ${of}?`,
  answer: z.object({ colour: z.string() }),
}

/** A call that gives these texts in turn and keeps what it was asked. */
function answers(...texts: string[]): { call: Call<'stopped'>; asked: ModelRequest[] } {
  const asked: ModelRequest[] = []
  const call: Call<'stopped'> = async (ordinal, _role, request) => {
    asked.push(request)
    const text = texts[ordinal]
    return text === undefined ? { ok: false, stop: 'stopped' } : { ok: true, text }
  }
  return { call, asked }
}

test('an object in a fence and a sentence is found', async () => {
  const { call } = answers('Here it is:\n```json\n{"colour": "blue"}\n```')
  expect(await ask(colour, { of: 'the sky' }, call)).toEqual({ ok: true, value: { colour: 'blue' } })
})

test('an answer that does not fit is sent back once with the complaint', async () => {
  const { call, asked } = answers('{"color": "blue"}', '{"colour": "blue"}')
  expect(await ask(colour, { of: 'the sky' }, call)).toEqual({ ok: true, value: { colour: 'blue' } })
  expect(asked[1]?.turns.map(turn => turn.role)).toEqual(['user', 'assistant', 'user'])
  expect(asked[1]?.turns[2]?.text).toContain('colour')
})

test('a second answer that does not fit is refused', async () => {
  const { call, asked } = answers('no object', '{"colour": 3}', '{"colour": "blue"}')
  expect(await ask(colour, { of: 'the sky' }, call)).toMatchObject({
    ok: false,
    invalid: expect.stringContaining('colour'),
  })
  expect(asked).toHaveLength(2)
})

test('a call that was stopped ends the asking', async () => {
  const { call } = answers()
  expect(await ask(colour, { of: 'the sky' }, call)).toEqual({ ok: false, stop: 'stopped' })
})

test('the schema that is sent lets a default be left out', async () => {
  const withDefault: Prompt<{ of: string }, { exitCode: number }> = {
    ...colour,
    answer: z.object({ exitCode: z.number().default(0) }),
  }
  const { call, asked } = answers('{}')
  expect(await ask(withDefault, { of: 'it' }, call)).toEqual({ ok: true, value: { exitCode: 0 } })
  expect(asked[0]?.schema?.required).toBeUndefined()
})
