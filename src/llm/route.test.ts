import { expect, test } from 'vitest'
import { answered, scriptedModel } from '../../tests/fakes/model.ts'
import { aRequest } from '../../tests/fakes/request.ts'
import { boundOf } from './bound.ts'
import { candidatesFor, fits } from './route.ts'

const model = (id: string) => scriptedModel(() => answered(id), id)
const [pro, flash, coder] = [model('pro'), model('flash'), model('coder')]
const ROUTE = { architect: [pro, flash], implementer: [coder, flash], verifier: [flash] }

const idsFor = (order: Parameters<typeof candidatesFor>[1], inDoubt: string | null = null) =>
  candidatesFor(ROUTE, order, inDoubt === null ? null : { provider: 'scripted', model: inDoubt }).map(
    ({ id }) => id,
  )

test('a role is answered in the order of its list', () => {
  expect(idsFor({ role: 'implementer' })).toEqual(['coder', 'flash'])
  expect(idsFor({ role: 'verifier' })).toEqual(['flash'])
})

test('after failures the Architect’s models come first, each once', () => {
  expect(idsFor({ role: 'implementer', stronger: true })).toEqual(['pro', 'flash', 'coder'])
})

test('a model whose answer was lost is asked before all others, if it is still of the route', () => {
  expect(idsFor({ role: 'implementer' }, 'flash')).toEqual(['flash', 'coder'])
  expect(idsFor({ role: 'implementer' }, 'gone')).toEqual(['coder', 'flash'])
})

test('words, answer and media must fit', () => {
  const request = aRequest({ outputTokensMax: 100 })
  const { inputTokens } = boundOf(request)
  const exact = { ...pro, contextTokensMax: inputTokens + 100 }
  expect(fits(exact, request, boundOf(request))).toBe(true)
  expect(fits({ ...exact, contextTokensMax: inputTokens + 99 }, request, boundOf(request))).toBe(false)
})

test('a picture is bounded by its tokens, not by its bytes', () => {
  const media = [{ mediaType: 'image/png', base64: 'A'.repeat(1_000_000) }]
  const request = aRequest({ turns: [{ role: 'user', text: 'What is it?', media }] })
  const bound = boundOf(request)
  expect(bound.images).toBe(1)
  expect(bound.inputTokens).toBeLessThan(10_000)
  expect(fits({ ...pro, reads: ['image/'] }, request, bound)).toBe(true)
  expect(fits({ ...pro, reads: ['audio/'] }, request, bound)).toBe(false)
})

test('a recording is bounded above what a minute of it can be', () => {
  const minuteAt16kbit = Math.ceil((120_000 / 3) * 4)
  const media = [{ mediaType: 'audio/mp3', base64: 'A'.repeat(minuteAt16kbit) }]
  const { inputTokens } = boundOf(aRequest({ turns: [{ role: 'user', text: '', media }] }))
  expect(inputTokens).toBeGreaterThan(60 * 32)
})
