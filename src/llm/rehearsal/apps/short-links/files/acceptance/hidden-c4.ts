import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../src/app.ts'
import { Links } from '../src/links.ts'

const url = 'https://example.com/page'

test('visits are counted, the list is newest first, and a removed link is gone', async () => {
  const app = createApp(new Links())
  for (const name of ['one', 'two', 'three']) {
    await app.request('/links', { method: 'POST', body: JSON.stringify({ url, name }) })
  }
  for (const path of ['/two', '/two', '/one']) assert.equal((await app.request(path)).status, 302)
  assert.equal((await app.request('/links/three', { method: 'DELETE' })).status, 204)
  assert.deepEqual(await (await app.request('/links')).json(), [
    { name: 'two', url, visits: 2 },
    { name: 'one', url, visits: 1 },
  ])
  for (const path of ['/three', '/links/three']) assert.equal((await app.request(path)).status, 404)
  assert.equal((await app.request('/links/three', { method: 'DELETE' })).status, 404)
})
