import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../src/app.ts'
import { Links } from '../src/links.ts'

async function statusOf(body: string): Promise<number> {
  const response = await createApp(new Links()).request('/links', { method: 'POST', body })
  return response.status
}

test('only addresses of the web are taken', async () => {
  for (const url of ['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,hi', 'file:///etc/hosts', 'ftp://example.com/x']) {
    assert.equal(await statusOf(JSON.stringify({ url })), 400, url)
  }
})

test('a name cannot hide the API', async () => {
  assert.equal(await statusOf(JSON.stringify({ url: 'https://example.com/', name: 'links' })), 400)
})

test('what is not JSON is refused, not stumbled over', async () => {
  for (const body of ['', '{"url":', 'null', '"text"', '[]']) assert.equal(await statusOf(body), 400, body)
})
