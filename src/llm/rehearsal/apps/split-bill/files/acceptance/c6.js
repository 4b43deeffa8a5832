import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { resultFor, textOf } from '../result.js'

test('the text to send holds every amount', () => {
  const text = textOf(resultFor({ amount: '100', tip: '0', people: '3' }))
  for (const part of ['33.34', '33.33', '100.00']) assert.ok(text?.includes(part), part)
})

test('the page has a button for it', async () => {
  const html = await readFile(new URL('../index.html', import.meta.url), 'utf8')
  assert.match(html, /<button[^>]*>[^<]*copy/i)
})
