import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokens } from './tokenise.ts'

test('identifiers are split and kept joined', () => {
  expect(tokens('getUserName')).toEqual(['get', 'user', 'name', 'getusername'])
  expect(tokens('MAX_RETRY_COUNT')).toEqual(['max', 'retry', 'count', 'maxretrycount'])
  expect(tokens('parseHTTPResponse2')).toEqual(['parse', 'http', 'response', '2', 'parsehttpresponse2'])
  expect(tokens('$scope._private')).toEqual(['scope', 'private'])
})

test('words of other languages and numbers are words', () => {
  expect(tokens('Größe der Straße: 42 км')).toEqual(['größe', 'der', 'straße', '42', 'км'])
  expect(tokens('検索 机能')).toEqual(['検索', '机能'])
})

test('data in long runs gives no words', () => {
  expect(tokens(`key ${'aB3'.repeat(30)} end`)).toEqual(['key', 'end'])
})

test('snake_case and camelCase of the same name share every word', () => {
  const word = fc.stringMatching(/^[a-z]{2,6}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), words => {
      const camel = words
        .map((one, index) => (index === 0 ? one : one.charAt(0).toUpperCase() + one.slice(1)))
        .join('')
      expect(tokens(camel)).toEqual(tokens(words.join('_')))
    }),
  )
})
