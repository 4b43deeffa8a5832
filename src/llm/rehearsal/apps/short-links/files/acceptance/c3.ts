import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../src/app.ts'
import { Links } from '../src/links.ts'

test('a name that is taken is refused, and the first link stays', async () => {
  const app = createApp(new Links())
  const add = (url: string) =>
    app.request('/links', { method: 'POST', body: JSON.stringify({ url, name: 'docs' }) })
  const statuses = [(await add('https://example.com/one')).status, (await add('https://example.com/two')).status]
  assert.deepEqual(statuses, [201, 409])
  assert.equal((await app.request('/docs')).headers.get('location'), 'https://example.com/one')
})

test('links without a name get different ones that lead there', async () => {
  const app = createApp(new Links())
  const url = 'https://example.com/page'
  const places = new Set<string>()
  for (let time = 0; time < 20; time += 1) {
    const made = await app.request('/links', { method: 'POST', body: JSON.stringify({ url }) })
    assert.equal(made.status, 201)
    places.add(made.headers.get('location') ?? '')
  }
  assert.equal(places.size, 20)
  for (const place of places) assert.equal((await app.request(place)).headers.get('location'), url, place)
})
