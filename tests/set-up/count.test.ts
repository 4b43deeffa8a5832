import { expect, test } from 'vitest'
import { count } from './count.ts'

const one = (status: string, reason?: string) => ({
  fullName: 'the test',
  status,
  meta: reason === undefined ? {} : { reason },
})

test('passed and failed tests are counted over all files', () => {
  const files = [
    { name: 'a', status: 'passed', assertionResults: [one('passed'), one('passed')] },
    { name: 'b', status: 'failed', assertionResults: [one('passed'), one('failed')] },
  ]
  expect(count(files)).toEqual({ passed: 3, failed: 1, skipped: [] })
})

test('a file that could not be loaded is one failure', () => {
  expect(count([{ name: 'a', status: 'failed', assertionResults: [] }])).toMatchObject({ failed: 1 })
})

test('a skipped test that says why is listed', () => {
  const files = [{ name: 'a', status: 'passed', assertionResults: [one('skipped', 'no chromium')] }]
  expect(count(files)).toEqual({ passed: 0, failed: 0, skipped: ['the test: no chromium'] })
})

test.each(['skipped', 'todo', 'pending'])('a %s test that does not say why is a failure', status => {
  const files = [{ name: 'a', status: 'passed', assertionResults: [one(status)] }]
  expect(count(files)).toEqual({ passed: 0, failed: 1, skipped: [] })
})
