import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../src/app.ts'
import { Links } from '../src/links.ts'

const url = 'https://example.com/a/long/page?with=words#and-more'

test('a long address gets a short one, which leads there', async () => {
  const app = createApp(new Links())
  const made = await app.request('/links', { method: 'POST', body: JSON.stringify({ url, name: 'docs' }) })
  assert.equal(made.status, 201)
  assert.equal(made.headers.get('location'), '/docs')
  const visited = await app.request('/docs')
  assert.deepEqual([visited.status, visited.headers.get('location')], [302, url])
})
