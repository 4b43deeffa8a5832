import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../src/app.ts'
import { Links } from '../src/links.ts'

const url = 'https://example.com/page'

test('what is no address or no name is refused with a sentence, and nothing is kept', async () => {
  const app = createApp(new Links())
  const wrong = [{}, { url: 'example' }, { url, name: 'two words' }, { url, name: '' }, { url: 7 }]
  for (const body of wrong) {
    const response = await app.request('/links', { method: 'POST', body: JSON.stringify(body) })
    assert.equal(response.status, 400, JSON.stringify(body))
    assert.match(await response.text(), /"error":\s*"[A-Z].+\."/)
  }
  assert.deepEqual(await (await app.request('/links')).json(), [])
})
