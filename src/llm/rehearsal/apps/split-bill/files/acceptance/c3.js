import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

const html = await readFile(new URL('../index.html', import.meta.url), 'utf8')

test('the page fits a phone', () => {
  assert.match(html, /<meta name="viewport" content="[^"]*width=device-width/)
})

test('every field has a label of its own', () => {
  const ids = [...html.matchAll(/<input[^>]*\bid="([^"]+)"/g)].map(([, id]) => id)
  const labels = [...html.matchAll(/<label[^>]*\bfor="([^"]+)"/g)].map(([, id]) => id)
  assert.ok(ids.length >= 3, 'there are fields for amount, tip and people')
  assert.deepEqual(ids.filter(id => !labels.includes(id)), [])
})

test('results and problems are announced to screen readers', () => {
  assert.match(html, /<output[^>]*>|aria-live="polite"/)
  assert.match(html, /role="alert"/)
})

test('the language of the page is said', () => {
  assert.match(html, /<html[^>]*\blang="[a-z]{2}/)
})
