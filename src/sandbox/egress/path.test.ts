import { expect, test } from 'vitest'
import { readPath } from './path.ts'

test.each([
  ['/npm/left', '/npm/left'],
  ['/npm/left?a=b&c=/../d', '/npm/left'],
  ['/npm/@scope%2Fleft', '/npm/@scope%2fleft'],
  ['/npm/%40scope%2fleft', '/npm/@scope%2fleft'],
  [
    '/go/example.com/%21left/@v/v1.0.0%2Bincompatible.zip',
    '/go/example.com/!left/@v/v1.0.0+incompatible.zip',
  ],
  ['/pypi/simple/left/', '/pypi/simple/left/'],
])('%s is read as %s', (target, path) => {
  expect(readPath(target)).toEqual({ ok: true, value: path })
})

test.each([
  ...['', 'npm/left', '*', 'http://example.com/npm/left', '//example.com/npm', '/npm//left', '/npm/left//'],
  ...[
    '/npm/../left',
    '/npm/./left',
    '/npm/..',
    '/npm/.npmrc',
    '/npm/%2e%2e/left',
    '/npm/.%2e',
    '/npm/a%2f..%2fb',
  ],
  ...[
    '/npm/a%2f',
    '/npm/%2f',
    '/npm/a%2f%2fb',
    '/npm/%252e%252e',
    '/npm/a%5cb',
    '/npm/a\\b',
    '/npm/a%00',
    '/npm/a%',
  ],
  ...[
    '/npm/a%0d%0a',
    '/npm/a b',
    '/npm/a#b',
    '/npm/a;b',
    '/npm/a:b',
    '/npm/é',
    '/npm/a%c3%a9',
    '/npm/a%3fb',
    '/npm/a*',
  ],
  `/npm/${'a'.repeat(1000)}`,
])('%j is no path', target => {
  expect(readPath(target)).toMatchObject({ ok: false, reason: 'path' })
})
