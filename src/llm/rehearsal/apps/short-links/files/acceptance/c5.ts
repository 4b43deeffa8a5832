import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createApp } from '../src/app.ts'
import { openLinks } from '../src/store.ts'

test('links and visits are there after a restart', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'links-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'links.json')
  const url = 'https://example.com/page'
  const before = createApp(openLinks(file))
  await before.request('/links', { method: 'POST', body: JSON.stringify({ url, name: 'docs' }) })
  await before.request('/docs')
  const after = await createApp(openLinks(file)).request('/links/docs')
  assert.equal(after.status, 200)
  assert.deepEqual(await after.json(), { name: 'docs', url, visits: 1 })
})
