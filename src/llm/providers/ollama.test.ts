import { expect, test } from 'vitest'
import { type FakeServer, json, type Received, type Reply, startServer } from '../../../tests/fakes/server.ts'
import { findOllama } from './ollama.ts'

/** Ollama as far as it is used: its list of models. */
function startOllama(): Promise<FakeServer> {
  return startServer(misuse)
}

function misuse({ method, path }: Received): Reply | undefined {
  return method === 'GET' && path === '/api/tags' ? undefined : json(404, { error: `no such path: ${path}` })
}

const tags = (...names: string[]) =>
  json(200, { models: names.map(name => ({ name, model: name, size: 1, digest: 'd' })) })

test('an Ollama with models is found, with the address of its API', async () => {
  await using fake = await startOllama()
  fake.behave({ kind: 'reply', reply: tags('qwen3-coder:30b', 'gemma3:4b') })
  expect(await findOllama(fake.origin)).toEqual({
    baseUrl: `${fake.origin}/v1`,
    models: ['qwen3-coder:30b', 'gemma3:4b'],
  })
})

test.each([
  ['has no models', tags()],
  ['is something else', { status: 200, body: '<html>' }],
  ['is out of order', json(500, { error: 'broken' })],
])('an Ollama that %s is none', async (_, reply) => {
  await using fake = await startOllama()
  fake.behave({ kind: 'reply', reply })
  expect(await findOllama(fake.origin)).toBeUndefined()
})

test('an Ollama that says nothing is not waited for', async () => {
  await using fake = await startOllama()
  const startMs = performance.now()
  expect(await findOllama(fake.origin)).toBeUndefined()
  expect(performance.now() - startMs).toBeLessThan(2_000)
})

test('an Ollama that nobody runs is none', async () => {
  const fake = await startOllama()
  await fake[Symbol.asyncDispose]()
  expect(await findOllama(fake.origin)).toBeUndefined()
})
