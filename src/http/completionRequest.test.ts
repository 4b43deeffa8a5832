import { describe, expect, test } from 'vitest'
import { completionAsked, OUTPUT_TOKENS_DEFAULT, OUTPUT_TOKENS_MAX } from './completionRequest.ts'

const PNG = 'iVBORw0KGgo='
const HELLO = { role: 'user', content: 'Hello' }

function read(body: object) {
  const asked = completionAsked({ messages: [HELLO], ...body })
  if (!asked.ok) throw new Error(asked.says)
  return asked.value
}

function refusedFor(body: unknown): string {
  const asked = completionAsked(body)
  if (asked.ok) throw new Error('it was understood')
  return asked.says
}

test('a plain request has our defaults, and what it does not need is ignored', () => {
  expect(read({ model: 'gpt-9', seed: 7, logit_bias: { 1: 2 }, user: 'x', temperature: null })).toEqual({
    request: {
      kind: 'engine',
      system: '',
      turns: [{ role: 'user', text: 'Hello' }],
      outputTokensMax: OUTPUT_TOKENS_DEFAULT,
    },
    stream: false,
    includeUsage: false,
  })
})

test('instructions of both kinds become the system, wherever they stand', () => {
  const { request } = read({
    messages: [
      { role: 'system', content: 'One.' },
      HELLO,
      { role: 'developer', content: [{ type: 'text', text: 'Two.' }] },
    ],
  })
  expect(request).toMatchObject({ system: 'One.\n\nTwo.', turns: [{ role: 'user', text: 'Hello' }] })
})

test('pictures and recordings come with the text of their message', () => {
  const content = [
    { type: 'text', text: 'Look' },
    { type: 'image_url', image_url: { url: `data:image/PNG;base64,${PNG}`, detail: 'high' } },
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
    { type: 'text', text: 'and listen' },
  ]
  expect(read({ messages: [{ role: 'user', content }] }).request.turns).toEqual([
    {
      role: 'user',
      text: 'Look\nand listen',
      media: [
        { mediaType: 'image/png', base64: PNG },
        { mediaType: 'audio/mpeg', base64: 'AAAA' },
      ],
    },
  ])
})

test('calls of tools and their results go both ways, the result under the name of its tool', () => {
  const called = { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }
  const { request } = read({
    messages: [
      HELLO,
      { role: 'assistant', content: null, tool_calls: [called] },
      { role: 'tool', tool_call_id: 'c1', content: '2' },
      { role: 'assistant', content: 'It is 2.', tool_calls: null },
    ],
    tools: [
      { type: 'function', function: { name: 'add', description: 'Adds', parameters: { type: 'object' } } },
      { type: 'function', function: { name: 'stop' } },
    ],
  })
  expect(request.turns.slice(1)).toEqual([
    { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'add', input: '{"a":1}' }] },
    { role: 'tool', callId: 'c1', name: 'add', text: '2' },
    { role: 'assistant', text: 'It is 2.' },
  ])
  expect(request.tools).toEqual([
    { name: 'add', description: 'Adds', schema: { type: 'object' } },
    { name: 'stop', description: '', schema: { type: 'object', properties: {} } },
  ])
})

test('tools are not offered where none is to be called', () => {
  const tools = [{ type: 'function', function: { name: 'add' } }]
  expect(read({ tools, tool_choice: 'none' }).request).not.toHaveProperty('tools')
  expect(read({ tools, tool_choice: 'auto' }).request).toHaveProperty('tools')
  expect(read({ tools: [] }).request).not.toHaveProperty('tools')
})

test.each([
  ['text', { type: 'text' }, undefined],
  ['any object', { type: 'json_object' }, { type: 'object' }],
  [
    'a schema',
    { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', required: [] } } },
    { type: 'object', required: [] },
  ],
])('the form of the answer: %s', (_, response_format, schema) => {
  expect(read({ response_format }).request.schema).toEqual(schema)
})

test.each([
  [{}, OUTPUT_TOKENS_DEFAULT],
  [{ max_tokens: 50 }, 50],
  [{ max_tokens: 50, max_completion_tokens: 60 }, 60],
  [{ max_completion_tokens: 1_000_000 }, OUTPUT_TOKENS_MAX],
])('%o may write %i tokens', (given, tokens) => {
  expect(read(given).request.outputTokensMax).toBe(tokens)
})

test('streaming, usage and temperature are taken as they are sent', () => {
  const asked = read({ stream: true, stream_options: { include_usage: true }, temperature: 0 })
  expect(asked).toMatchObject({ stream: true, includeUsage: true, request: { temperature: 0 } })
})

describe('a sentence says what is wrong with', () => {
  const user = (part: object) => ({ messages: [{ role: 'user', content: [part] }] })
  const picture = (url: string) => user({ type: 'image_url', image_url: { url } })
  test.each<[string, unknown, RegExp]>([
    ['no object', undefined, /^What was sent is/],
    ['no messages', {}, /messages/],
    ['only instructions', { messages: [{ role: 'system', content: 'Go' }] }, /^There is nothing to answer/],
    ['an unknown role', { messages: [{ role: 'function', content: 'x' }] }, /messages\.0\.role/],
    ['a remote picture', picture('https://example.org/a.png'), /nothing is fetched/],
    ['a local file', picture('file:///etc/passwd'), /nothing is fetched/],
    ['a data: URL that is no picture', picture('data:text/html;base64,AAAA'), /nothing is fetched/],
    ['a picture that is not in base 64', picture('data:image/png;base64,a b'), /nothing is fetched/],
    [
      'a recording of another kind',
      user({ type: 'input_audio', input_audio: { data: 'AA', format: 'x' } }),
      /wav or mp3/,
    ],
    ['a part of another kind', user({ type: 'file', file: {} }), /messages\.0\.content\.0\.type/],
    [
      'an answer of a tool that was not called',
      { messages: [{ role: 'tool', tool_call_id: 'c9', content: '1' }] },
      /^A tool answers a call/,
    ],
    ['a forced tool', { messages: [HELLO], tool_choice: 'required' }, /^The model cannot be made/],
    [
      'a chosen tool',
      { messages: [HELLO], tool_choice: { type: 'function', function: { name: 'a' } } },
      /^The model cannot be made/,
    ],
    [
      'a tool that is no function',
      { messages: [HELLO], tools: [{ type: 'web_search' }] },
      /^Tools are functions/,
    ],
    [
      'a tool without a fitting name',
      { messages: [HELLO], tools: [{ type: 'function', function: { name: 'a b' } }] },
      /^The name of a tool/,
    ],
    ['a temperature', { messages: [HELLO], temperature: 3 }, /temperature/],
    ['a bound of nothing', { messages: [HELLO], max_tokens: 0 }, /max_tokens/],
  ])('%s', (_, body, says) => {
    expect(refusedFor(body)).toMatch(says)
  })
})
