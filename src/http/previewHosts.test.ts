import { expect, test } from 'vitest'
import { isPreviewHost, previewUrls, tokenIn } from './previewHosts.ts'

const TOKEN = 'ab'.repeat(20)
const at = (publicUrl?: string, previewHost?: string) => ({ publicUrl, previewHost })

test.each([
  [`${TOKEN}.localhost`, TOKEN],
  [`${TOKEN}.localhost:8080`, TOKEN],
  [`${TOKEN.toUpperCase()}.LocalHost.`, TOKEN],
  [`${TOKEN}.shown.example.net`, TOKEN],
  [`${TOKEN}.shown.example.net:443`, TOKEN],
  [`x.${TOKEN}.localhost`, undefined],
  [`${TOKEN}a.localhost`, undefined],
  ['www.localhost', undefined],
  ['.localhost', undefined],
])('%s is a host of previews', (host, token) => {
  expect(isPreviewHost(host, at(undefined, 'shown.example.net'))).toBe(true)
  expect(tokenIn(host, at(undefined, 'shown.example.net'))).toBe(token)
})

test.each([
  undefined,
  '',
  'localhost',
  'localhost:8080',
  '127.0.0.1:8080',
  '[::1]:8080',
  'shown.example.net',
  `${TOKEN}.other.example.net`,
  `${TOKEN}-shown.example.net`,
  `${TOKEN}.localhost.example.com`,
])('%s is none', host => {
  expect(isPreviewHost(host, at(undefined, 'shown.example.net'))).toBe(false)
  expect(tokenIn(host, at(undefined, 'shown.example.net'))).toBeUndefined()
})

test.each([
  [at(), `http://${TOKEN}.localhost:8080/`],
  [at('http://localhost:8080'), `http://${TOKEN}.localhost:8080/`],
  [at('http://127.0.0.1:8080'), `http://${TOKEN}.localhost:8080/`],
  [at('https://build.example.com', 'shown.example.net'), `https://${TOKEN}.shown.example.net/`],
  [at(undefined, 'shown.example.net'), `https://${TOKEN}.shown.example.net/`],
])('with %o the address is %s', (settings, url) => {
  const urls = previewUrls(settings, 8080)
  expect(urls.ok && urls.value(TOKEN)).toBe(url)
})

test.each([
  [at('https://build.example.com'), /set PREVIEW_HOST/],
  [at('https://build.example.com', 'example.com'), /another domain than that of PUBLIC_URL/],
  [at('https://build.example.com', 'build.example.com'), /another domain than that of PUBLIC_URL/],
])('with %o it is said what to set', (settings, says) => {
  expect(previewUrls(settings, 8080)).toMatchObject({ ok: false, says: expect.stringMatching(says) })
})

test('without a port there is nothing to open', () => {
  expect(previewUrls(at(), null)).toMatchObject({ ok: false, says: expect.stringMatching(/not running/) })
})
