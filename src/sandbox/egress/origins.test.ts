import { expect, test } from 'vitest'
import { originsOf } from './origins.ts'
import { upstreamAt } from './trialEgress.ts'

const scopes = new Map([['@own', upstreamAt('https://own.example.com/')]])
const origins = originsOf(upstreamAt('http://registry.example.com:8081/npm/', { scopes }), [
  'https://cdn.example.com',
])
const FROM = new URL('https://files.example.net/a')

test.each([
  ['http://registry.example.com:8081/elsewhere', true, true],
  ['https://own.example.com/a', true, true],
  ['https://cdn.example.com/a', true, true],
  ['https://files.example.net/b', true, true],
  ['https://other.example.net/b', true, false],
  ['http://other.example.net/b', false, false],
  ['http://registry.example.com/npm/', false, false],
  ['https://other.example.net:8443/b', false, false],
  ['https://localhost/b', false, false],
  ['https://printer/b', false, false],
  ['https://metadata.google.internal/b', false, false],
  ['https://127.0.0.1/b', false, false],
  ['https://2130706433/b', false, false],
  ['https://[::1]/b', false, false],
  ['https://169.254.169.254/latest', false, false],
  ['ftp://files.example.net/b', false, false],
  ['file:///etc/passwd', false, false],
])('a page may link to %s: %s; an answer may redirect there: %s', (address, link, redirect) => {
  expect(origins.mayLink(new URL(address))).toBe(link)
  expect(origins.mayRedirect(new URL(address), FROM)).toBe(redirect)
})
